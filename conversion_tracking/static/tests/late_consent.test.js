import {
    ACCEPTED,
    AD,
    REFUSED,
    SITE,
    answer,
    landing,
    mockTouch,
    parameters,
    visit,
} from "@conversion_tracking/../tests/late_consent_helpers";
import {
    Deferred,
    advanceTime,
    describe,
    expect,
    middleClick,
    mockLocation,
    queryOne,
    rightClick,
    click,
    test,
} from "@odoo/hoot";
import { LateConsent } from "@conversion_tracking/interactions/late_consent";
import { browser } from "@web/core/browser/browser";
import { cookie } from "@web/core/browser/cookie";
import { setupInteractionWhiteList } from "@web/../tests/public/helpers";
import { onRpc } from "@web/../tests/web_test_helpers";

setupInteractionWhiteList(["conversion_tracking.late_consent", "website.cookies_bar"]);

describe.current.tags("interaction_dev");

const LINKS = `
    <a id="contact" href="/contactus">Contact us</a>
    <a id="shop" href="/shop?page=2"><b>Shop</b></a>
    <a id="spot" href="#prices">Prices</a>
    <a id="mail" href="mailto:info@tulip.test">Mail</a>
    <a id="partner" href="https://partner.test/">Partner</a>
    <a id="broken" href="http://[tulip">Broken</a>
    <svg width="9" height="9"><a id="map" href="/map"><rect width="9" height="9"/></a></svg>`;

const open = (path, params) => visit(path, { content: LINKS, ...params });

const href = (id) => queryOne(`#${id}`).getAttribute("href");

describe("not answered", () => {
    test("links are as they were until one is used", async () => {
        await open(`/?${AD}`);
        expect(href("contact")).toBe("/contactus");
    });

    test("the link that is followed leads there with the landing", async () => {
        await open(`/?${AD}`);
        await click("#contact");
        expect(mockLocation.pathname).toBe("/contactus");
        expect(parameters(mockLocation.href)).toEqual(landing());
        expect(href("shop")).toBe("/shop?page=2");
    });

    test("so does one opened in another tab, or by its menu", async () => {
        await open(`/?${AD}`);
        await middleClick("#contact");
        expect(parameters(href("contact"))).toEqual(landing());
        await rightClick("#shop b");
        expect(parameters(href("shop"))).toEqual({ page: "2", ...landing() });
    });

    test("a link used twice carries the landing once", async () => {
        await open(`/?${AD}`);
        await rightClick("#contact");
        const once = href("contact");
        await rightClick("#contact");
        expect(href("contact")).toBe(once);
    });

    test("a link in a drawing carries it too", async () => {
        await open(`/?${AD}`);
        await rightClick("#map rect");
        expect(new URL(href("map")).pathname).toBe("/map");
        expect(parameters(href("map"))).toEqual(landing());
    });

    for (const id of ["spot", "mail", "partner", "broken"]) {
        test(`the link "${id}" stays as it is`, async () => {
            await open(`/?${AD}`);
            const before = href(id);
            await rightClick(`#${id}`);
            expect(href(id)).toBe(before);
        });
    }

    test("from another site, without an ad", async () => {
        await open("/", { referrer: "https://news.test/solar?reader=ann" });
        await rightClick("#contact");
        expect(parameters(href("contact"))).toEqual({ ct_landed: "signed" });
    });

    test("a direct visitor's links carry nothing", async () => {
        await open("/");
        await rightClick("#contact");
        expect(href("contact")).toBe("/contactus");
    });

    test("before the server has signed the landing, links say what the ad's link said", async () => {
        const signed = new Deferred();
        await open(`/?${AD}`, { signed });
        await rightClick("#contact");
        expect(parameters(href("contact"))).toEqual({ utm_source: "linkedin", gclid: "Cj0K" });
        signed.resolve("signed");
        await advanceTime(10);
        await rightClick("#shop");
        expect(parameters(href("shop"))).toEqual({ page: "2", ...landing() });
    });

    test("before that, a visitor from another site carries nothing", async () => {
        await open("/", { referrer: "https://news.test/", signed: new Deferred() });
        await rightClick("#contact");
        expect(href("contact")).toBe("/contactus");
    });

    test("the server signs the ad's parameters, the page and the referring site", async () => {
        const signed = ({ url }) => expect.step(parameters(url));
        await open(`/shop?${AD}&page=2`, { signed, referrer: "https://news.test/solar?a=b" });
        expect.verifySteps([
            {
                utm_source: "linkedin",
                gclid: "Cj0K",
                ct_page: "/shop",
                ct_referrer: "https://news.test/solar",
            },
        ]);
    });

    test("a landing that the server does not sign is one of the ad's link", async () => {
        await open(`/?${AD}`, { signed: "" });
        await rightClick("#contact");
        expect(parameters(href("contact"))).toEqual({ utm_source: "linkedin", gclid: "Cj0K" });
    });

    test("a landing that was carried here is not signed again", async () => {
        const signed = () => expect.step("signed again");
        await open(`/contactus?${new URLSearchParams(landing())}`, { signed });
        expect.verifySteps([]);
        await rightClick("#shop");
        expect(parameters(href("shop"))).toEqual({ page: "2", ...landing() });
    });

    test("nothing is stored, and no touch is noted", async () => {
        mockTouch();
        await open(`/?${AD}`);
        await rightClick("#contact");
        const stored = [document.cookie, browser.localStorage, browser.sessionStorage];
        expect(JSON.stringify(stored)).not.toInclude("linkedin");
        expect.verifySteps([]);
    });

    test("a damaged cookie is no answer", async () => {
        await open(`/?${AD}`, { answer: "null" });
        await rightClick("#contact");
        expect(parameters(href("contact"))).toEqual(landing());
    });
});

describe("where no link is followed", () => {
    /** What a browser says when a script opens a page, and whether we let it. */
    function navigate(params) {
        const ev = {
            cancelable: true,
            destination: { url: `${SITE}/contactus`, sameDocument: false },
            downloadRequest: null,
            formData: null,
            navigationType: "push",
            preventDefault: () => expect.step("stopped"),
            ...params,
        };
        LateConsent.prototype.leadOn.call({ landing: new URLSearchParams(landing()) }, ev);
    }

    test("a script, a button, a form asked by its address: the landing goes on", async () => {
        await open(`/?${AD}`);
        navigate({ destination: { url: `${SITE}/shop?search=sofa`, sameDocument: false } });
        expect.verifySteps(["stopped"]);
        expect(mockLocation.pathname).toBe("/shop");
        expect(parameters(mockLocation.href)).toEqual({ search: "sofa", ...landing() });
    });

    for (const [what, params] of Object.entries({
        "another site": { destination: { url: "https://partner.test/", sameDocument: false } },
        "what a script shows on this page": {
            destination: { url: `${SITE}/contactus`, sameDocument: true },
        },
        "a form that is sent": { formData: new FormData() },
        "a file": { downloadRequest: "" },
        "the page before": { navigationType: "traverse" },
        "this page again": { navigationType: "reload" },
        "what must not be stopped": { cancelable: false },
    })) {
        test(`${what} stays as it is`, async () => {
            await open(`/?${AD}`);
            navigate(params);
            expect.verifySteps([]);
            expect(mockLocation.href).toBe(`${SITE}/?${AD}`);
        });
    }
});

describe("behind the hash", () => {
    test("not answered: the landing is signed as any other", async () => {
        const signed = ({ url }) => expect.step(parameters(url));
        await open("/#utm_source=linkedin", { signed });
        expect.verifySteps([{ utm_source: "linkedin", ct_page: "/" }]);
    });

    test("accepted before: the server is told, which did not see it", async () => {
        mockTouch();
        const referrer = "https://news.test/solar?a=b";
        await open("/#utm_source=linkedin", { answer: ACCEPTED, referrer });
        expect.verifySteps([
            {
                utm_source: "linkedin",
                ct_page: "/",
                ct_referrer: "https://news.test/solar",
            },
        ]);
    });

    test("refused: nobody is told", async () => {
        mockTouch();
        await open("/#utm_source=linkedin", { answer: REFUSED });
        expect.verifySteps([]);
    });
});

describe("answered before", () => {
    test("accepted: the server knows already, links carry nothing", async () => {
        await open(`/?${AD}`, { answer: ACCEPTED });
        await rightClick("#contact");
        expect(href("contact")).toBe("/contactus");
    });

    test("refused: links carry nothing", async () => {
        await open(`/?${AD}`, { answer: REFUSED });
        await rightClick("#contact");
        expect(href("contact")).toBe("/contactus");
    });

    test("a site without a bar needs no answer", async () => {
        await open(`/?${AD}`, { bar: "" });
        await rightClick("#contact");
        expect(href("contact")).toBe("/contactus");
    });
});

describe("answered now", () => {
    test("accepted: the server is told once, and links are as before", async () => {
        mockTouch();
        await open(`/?${AD}`);
        await rightClick("#contact");
        await answer("all");
        expect.verifySteps([landing()]);
        expect(href("contact")).toBe("/contactus");
        await rightClick("#shop");
        expect(href("shop")).toBe("/shop?page=2");
        document.dispatchEvent(new Event("optionalCookiesAccepted"));
        expect.verifySteps([]);
    });

    test("accepted before the signature: the server is told at once, without it", async () => {
        mockTouch();
        const signed = new Deferred();
        await open(`/?${AD}`, { signed, referrer: "https://news.test/" });
        await answer("all");
        expect.verifySteps([
            {
                utm_source: "linkedin",
                gclid: "Cj0K",
                ct_page: "/",
                ct_referrer: "https://news.test/",
            },
        ]);
        signed.resolve("signed");
        await advanceTime(10);
        expect.verifySteps([]);
    });

    test("refused: nobody is told, and links are as before", async () => {
        mockTouch();
        await open(`/?${AD}`);
        await rightClick("#contact");
        await answer("essential");
        expect.verifySteps([]);
        expect(href("contact")).toBe("/contactus");
        await rightClick("#shop");
        expect(href("shop")).toBe("/shop?page=2");
    });

    test("a direct visitor who accepts has nothing to tell", async () => {
        mockTouch();
        await open("/");
        await answer("all");
        expect.verifySteps([]);
    });

    test("another consent tool that allows cookies is heard", async () => {
        mockTouch();
        await open(`/?${AD}`);
        document.dispatchEvent(new Event("optionalCookiesAccepted"));
        expect.verifySteps([]);
        cookie.set("website_cookies_bar", ACCEPTED);
        document.dispatchEvent(new Event("optionalCookiesAccepted"));
        await advanceTime(0);
        expect.verifySteps([landing()]);
    });

    for (const button of ["all", "essential"]) {
        test(`"${button}" two pages later takes the landing out of the address`, async () => {
            onRpc("/conversion_tracking/touch", () => new Response(null, { status: 204 }));
            const carried = new URLSearchParams(landing());
            await open(`/contactus?lang=fr&${carried}#form`);
            await answer(button);
            expect(mockLocation.href).toBe(`${SITE}/contactus?lang=fr#form`);
        });
    }

    test("the address of the landing page itself stays", async () => {
        mockTouch();
        await open(`/?${AD}`);
        await answer("all");
        expect(mockLocation.search).toBe(`?${AD}`);
        expect.verifySteps([landing()]);
    });

    test("an editor who opens the page finds links as they are written", async () => {
        const core = await open(`/?${AD}`);
        await rightClick("#contact");
        core.stopInteractions();
        expect(href("contact")).toBe("/contactus");
    });
});
