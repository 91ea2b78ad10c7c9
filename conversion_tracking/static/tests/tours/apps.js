import { registry } from "@web/core/registry";

// The journeys through Odoo's other apps. Each starts on the landing page of a first ad.

const GOOGLE_AD = "utm_source=google&utm_medium=cpc&utm_campaign=spring&gclid=Cj0-LAB_1";

const comeBack = (path) => ({
    content: "Come back another time, by Google's ad",
    trigger: "body",
    run: () => window.location.assign(`${path}?${GOOGLE_AD}`),
    expectUnloadPage: true,
});

const click = (trigger, options = {}) => ({ trigger: `body ${trigger}`, run: "click", ...options });
const leave = (trigger) => click(trigger, { expectUnloadPage: true });
const edit = (trigger, text) => ({ trigger: `body ${trigger}`, run: `edit ${text}` });
const see = (trigger) => ({ trigger: `body ${trigger}` });

function addTour(name, steps) {
    registry.category("web_tour.tours").add(`conversion_tracking.${name}`, { steps: () => steps });
}

addTour("apps_event", [
    comeBack("/event"),
    leave("article:contains('Open day of the lab')"),
    click("button:contains('Register')"),
    click(".modal.modal_shown.show .modal-footer button:contains('Register')"),
    see(".modal.modal_shown.show form[id=attendee_registration]"),
    edit("input[name^='1-name']", "Ann"),
    edit("input[name^='1-email']", "ann@example.com"),
    leave(".modal#modal_attendees_registration:not(.o_inactive_modal) button[type=submit]"),
    see(".o_wereg_confirmed"),
]);

addTour("apps_newsletter", [
    comeBack("/newsletter"),
    see("#wrap .js_subscribe:not(.d-none)"), // until Odoo asked who it is, it empties the field
    edit("#wrap .js_subscribe input[name=email]", "ann@example.com"),
    click("#wrap .js_subscribe_btn"),
    see("#wrap .js_subscribed_wrap:not(.d-none)"),
]);

addTour("apps_survey", [
    comeBack("/survey/start/poll-of-the-lab"),
    click("button:contains('Start')"),
    edit(".js_question-wrapper:contains('Your e-mail') input", "ann@example.com"),
    click(".js_question-wrapper:contains('May we call you') label:contains('Yes')"),
    click("button[value=finish]"),
    click(".modal-footer button.btn-primary"),
    see("h1:contains('Thank you')"),
]);

const says = (text) => see(`.o-livechat-root:shadow .o-mail-Message:contains("${text}")`);
const answer = (text) => [
    edit(".o-livechat-root:shadow .o-mail-Composer-input", text),
    { trigger: "body .o-livechat-root:shadow .o-mail-Composer-input", run: "press Enter" },
];

addTour("apps_livechat", [
    comeBack("/contactus"),
    click(".o-livechat-root:shadow .o-livechat-LivechatButton"),
    says("How can I help you?"),
    ...answer("How much is it?"),
    says("What is your e-mail?"),
    ...answer("ann@example.com"),
    says("We will call you."),
]);

addTour("apps_shop", [
    comeBack("/shop"),
    leave("a:contains('Lamp of the lab')"),
    click("#add_to_cart"),
    leave("a sup.my_cart_quantity:text(1)"),
    leave("a[href^='/shop/checkout']"),
    { trigger: "body #o_country_id", run: "selectByLabel Belgium" },
    edit("form.address_autoformat input[name=name]", "Ann"),
    edit("form.address_autoformat input[name=phone]", "+32499123456"),
    edit("form.address_autoformat input[name=email]", "ann@example.com"),
    edit("form.address_autoformat input[name=street]", "Rue 1"),
    edit("form.address_autoformat input[name=city]", "Brussels"),
    edit("form.address_autoformat input[name=zip]", "1000"),
    leave("a[name=website_sale_main_button]"),
    click("input[name=o_payment_radio][data-payment-method-code=wire_transfer]"),
    leave("button[name=o_payment_submit_button]:not(:disabled)"),
    { trigger: "body [name=order_confirmation]", timeout: 30000 },
]);
