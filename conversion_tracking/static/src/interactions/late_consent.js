import { browser } from "@web/core/browser/browser";
import { cookie } from "@web/core/browser/cookie";
import { registry } from "@web/core/registry";
import { delay } from "@web/core/utils/concurrency";
import { patch } from "@web/core/utils/patch";
import { Interaction } from "@web/public/interaction";
import { CookiesBar } from "@website/interactions/cookies/cookies_bar";
import "@website/js/http_cookie"; // gives isAllowedCookie
import { Form } from "@website/snippets/s_website_form/form";
import { addLanding, readHash, readLanding, toCarry } from "./landing";

const ANSWERED = "conversion_tracking.answered";
const PATIENCE_MS = 5000;

/** The request that tells the server about the landing; a form waits for it. */
let remembering = Promise.resolve();

/**
 * What the visitor answered the cookies bar.
 *
 * @returns {boolean|undefined} nothing while they have not answered
 */
function readAnswer() {
    try {
        if (cookie.isAllowedCookie("optional")) {
            return true;
        }
        const { optional } = JSON.parse(cookie.get("website_cookies_bar") || "{}");
        return optional === false ? false : undefined;
    } catch {
        return; // a damaged cookie is no answer
    }
}

/**
 * Has the server sign the landing, which stores nothing: page, time and referring site are
 * believed with its signature only, because anybody can write a link.
 *
 * @param {URLSearchParams} landing
 * @param {URLSearchParams} carried gets the signature
 */
async function sign(landing, carried) {
    try {
        const answer = await browser.fetch(`/conversion_tracking/landing?${landing}`);
        const signed = answer.ok && (await answer.text());
        if (signed) {
            carried.set("ct_landed", signed);
        }
    } catch {
        return; // a blocker, or no network: the links say what a link of an ad says
    }
}

/**
 * Tells the server of a landing, which it answers with a cookie, even when the visitor leaves
 * the page meanwhile.
 *
 * @param {URLSearchParams} landing
 */
function remember(landing) {
    const request = browser.fetch(`/conversion_tracking/touch?${landing}`, { keepalive: true });
    // Where a lead came from is worth less than the lead.
    remembering = Promise.race([request, delay(PATIENCE_MS)]).catch(() => {});
}

/**
 * Keeps what brought the visitor while they have not answered the cookies bar, without
 * storing anything: the links they follow on this site carry it on.
 */
export class LateConsent extends Interaction {
    static selector = "#wrapwrap";
    dynamicContent = {
        _document: {
            "t-on-click.capture": this.carryOn,
            "t-on-auxclick.capture": this.carryOn,
            "t-on-contextmenu.capture": this.carryOn,
            [`t-on-${ANSWERED}`]: this.onAnswer,
            // Other consent tools announce themselves like this; Odoo's own bar does so
            // before the answer is written, and then nothing is allowed yet.
            "t-on-optionalCookiesAccepted": this.onAnswer,
        },
    };

    setup() {
        this.originalAddresses = new Map();
        const answer = readAnswer();
        const landing = readLanding(browser.location.href, document.referrer);
        if (answer && readHash(browser.location.href).toString()) {
            remember(landing); // the server did not see it
        } else if (answer === undefined && landing) {
            this.unsigned = landing;
            this.landing = toCarry(landing);
            if (!landing.has("ct_landed")) {
                sign(landing, this.landing);
            }
        }
    }

    start() {
        // Where a browser has none, the page that a script opens reads the landing from its referrer.
        if (window.navigation) {
            this.addListener(window.navigation, "navigate", this.leadOn);
        }
    }

    destroy() {
        this.forget();
    }

    /**
     * @param {MouseEvent} ev
     */
    carryOn(ev) {
        const linkEl = ev.target instanceof Element && ev.target.closest("a[href]");
        if (!this.landing || !linkEl) {
            return;
        }
        const href = linkEl.getAttribute("href");
        const address = addLanding(href, browser.location.href, this.landing);
        if (address) {
            this.originalAddresses.set(linkEl, href);
            linkEl.setAttribute("href", address);
        }
    }

    /**
     * Carries the landing on where no link is followed: scripts, buttons, forms that are asked by
     * their address.
     *
     * @param {NavigateEvent} ev
     */
    leadOn(ev) {
        const { destination, downloadRequest, navigationType } = ev;
        const isFile = typeof downloadRequest === "string";
        const isOther = destination.sameDocument || ev.formData || isFile;
        const isNew = navigationType === "push" || navigationType === "replace";
        if (!this.landing || !isNew || isOther || !ev.cancelable) {
            return;
        }
        const address = addLanding(destination.url, browser.location.href, this.landing);
        if (address) {
            ev.preventDefault();
            browser.location[navigationType === "push" ? "assign" : "replace"](address);
        }
    }

    onAnswer() {
        const answer = readAnswer();
        if (answer && this.landing) {
            // Not signed yet, it is told as it is: the page may be left at once.
            remember(this.landing.has("ct_landed") ? this.landing : this.unsigned);
        }
        if (answer !== undefined) {
            this.forget();
        }
    }

    /** Takes the landing out of the links and, where it was carried to, of the address. */
    forget() {
        for (const [linkEl, href] of this.originalAddresses) {
            linkEl.setAttribute("href", href);
        }
        this.originalAddresses.clear();
        const address = new URL(browser.location.href);
        if (this.landing && address.searchParams.has("ct_landed")) {
            for (const name of this.landing.keys()) {
                address.searchParams.delete(name);
            }
            browser.history.replaceState(browser.history.state, "", address.href);
        }
        this.landing = undefined;
    }
}

registry.category("public.interactions").add("conversion_tracking.late_consent", LateConsent);

patch(CookiesBar.prototype, {
    onHideModal() {
        super.onHideModal();
        document.dispatchEvent(new Event(ANSWERED));
    },
});

patch(Form.prototype, {
    async send() {
        await remembering;
        return super.send();
    },
});
