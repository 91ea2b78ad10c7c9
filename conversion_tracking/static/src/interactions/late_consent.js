import { browser } from "@web/core/browser/browser";
import { cookie } from "@web/core/browser/cookie";
import { registry } from "@web/core/registry";
import { delay } from "@web/core/utils/concurrency";
import { patch } from "@web/core/utils/patch";
import { Interaction } from "@web/public/interaction";
import { CookiesBar } from "@website/interactions/cookies/cookies_bar";
import "@website/js/http_cookie"; // gives isAllowedCookie
import { Form } from "@website/snippets/s_website_form/form";
import { addLanding, readLanding } from "./landing";

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
        if (readAnswer() === undefined) {
            const { location, performance } = browser;
            this.landing = readLanding(location.href, document.referrer, performance.timeOrigin);
        }
        this.originalAddresses = new Map();
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

    onAnswer() {
        const answer = readAnswer();
        if (answer) {
            this.remember();
        }
        if (answer !== undefined) {
            this.forget();
        }
    }

    remember() {
        if (this.landing) {
            // Answered with the cookie, even when the visitor leaves the page meanwhile.
            const request = browser.fetch(`/conversion_tracking/touch?${this.landing}`, {
                keepalive: true,
            });
            // Where a lead came from is worth less than the lead.
            remembering = Promise.race([request, delay(PATIENCE_MS)]).catch(() => {});
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
