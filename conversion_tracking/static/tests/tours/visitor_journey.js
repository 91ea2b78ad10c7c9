import { registry } from "@web/core/registry";

const FACEBOOK_AD = "utm_source=facebook&utm_medium=cpc&utm_campaign=retarget";

/** Language prefix of the page the tour started on. */
const language = () => (window.location.pathname.startsWith("/fr") ? "/fr" : "");

/**
 * @param {string} what
 * @param {() => boolean} holds
 */
function check(what, holds) {
    return {
        content: what,
        trigger: "body",
        run: () => {
            if (!holds()) {
                throw new Error(`${what}: not so on ${window.location.href}`);
            }
        },
    };
}

// The bar bars no one's way, but a tour takes it for a dialog that does, unless a trigger begins
// with "body".
const follow = (href) => ({
    content: `Follow a link to ${href}`,
    trigger: `body #wrapwrap header a[href$="${href}"]:not([href*="http"])`,
    run: "click",
    expectUnloadPage: true,
});

const goHome = {
    content: "Follow the link to the home page",
    trigger: 'body #wrapwrap header a:is([href="/"], [href="/fr"])',
    run: "click",
    expectUnloadPage: true,
};

const clickSecondAd = {
    content: "Come back another time, by another ad",
    trigger: "body",
    run: () => {
        // an ad is on another site: no page of ours refers them
        const link = document.createElement("a");
        link.href = `${language()}/?${FACEBOOK_AD}`;
        link.rel = "noreferrer";
        document.body.append(link);
        link.click();
    },
    expectUnloadPage: true,
};

const answer = (button) => ({
    content: "Answer the cookies bar",
    trigger: `#website_cookies_bar #cookies-consent-${button}`,
    run: "click",
});

const barIsGone = {
    content: "The cookies bar is gone",
    trigger: "body:not(:has(#website_cookies_bar .modal.show))",
};

const fillForm = [
    {
        content: "Fill in the form",
        trigger: "body input[name=contact_name]",
        run: "edit Ann",
    },
    {
        trigger: "body input[name=email_from]",
        run: "edit ann@example.com",
    },
    {
        trigger: "body input[name=name]",
        run: "edit Question",
    },
    {
        trigger: "body textarea[name=description]",
        run: "edit How much is it?",
    },
];

const sendForm = [
    {
        content: "Send the form",
        trigger: "body .s_website_form_send",
        run: "click",
        expectUnloadPage: true,
    },
    check("The visitor is thanked", () =>
        window.location.pathname.endsWith("/contactus-thank-you")
    ),
];

const nothingStored = check("Nothing of the landing is stored", () => {
    const entries = [window.localStorage, window.sessionStorage]
        .flatMap(Object.entries)
        // The running tour remembers the address it started on.
        .filter(([key]) => !key.startsWith("current_tour"));
    return !`${entries} ${document.cookie}`.includes("linkedin");
});

const isSigned = ({ name, responseEnd }) =>
    name.includes("/conversion_tracking/landing?") && responseEnd > 0;

const landingSigned = {
    content: "The server has signed the landing",
    trigger: "body",
    run: async () => {
        while (!performance.getEntriesByType("resource").some(isSigned)) {
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    },
};

const carriedOn = check("The address carries the landing on", () =>
    ["utm_source=linkedin", "ct_landed="].every((one) => window.location.search.includes(one))
);

const nothingCarried = check("The address carries nothing", () => !window.location.search);

function addTour(name, steps) {
    registry.category("web_tour.tours").add(`conversion_tracking.${name}`, { steps: () => steps });
}

// Every tour starts on the landing page of the first ad.
addTour("without_bar", [clickSecondAd, follow("/contactus"), ...fillForm, ...sendForm]);

addTour("accepted_at_once", [
    answer("all"),
    barIsGone,
    clickSecondAd,
    follow("/contactus"),
    nothingCarried,
    ...fillForm,
    ...sendForm,
]);

addTour("accepted_two_pages_later", [
    landingSigned,
    nothingStored,
    goHome,
    carriedOn,
    nothingStored,
    follow("/contactus"),
    carriedOn,
    ...fillForm,
    // No pause between the answer and the form: the form has to wait for it.
    answer("all"),
    ...sendForm,
]);

addTour("refused", [
    answer("essential"),
    barIsGone,
    nothingStored,
    clickSecondAd,
    follow("/contactus"),
    nothingCarried,
    nothingStored,
    ...fillForm,
    ...sendForm,
]);

addTour("refused_later", [
    landingSigned,
    follow("/contactus"),
    carriedOn,
    answer("essential"),
    barIsGone,
    nothingCarried,
    ...fillForm,
    ...sendForm,
]);

addTour("withdrawn", [
    answer("all"),
    barIsGone,
    {
        content: "Read the cookie policy",
        trigger: "footer a[href$='/cookie-policy']",
        run: "click",
        expectUnloadPage: true,
    },
    {
        content: "Open the cookies bar again",
        trigger: "button.o_cookies_bar_toggle",
        run: "click",
    },
    answer("essential"),
    barIsGone,
    follow("/contactus"),
    ...fillForm,
    ...sendForm,
]);
