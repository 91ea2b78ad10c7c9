import { cookie } from "@web/core/browser/cookie";
import { registry } from "@web/core/registry";
import { patch } from "@web/core/utils/patch";
import { Interaction } from "@web/public/interaction";
import { CookiesBar } from "@website/interactions/cookies/cookies_bar";
import { Form } from "@website/snippets/s_website_form/form";

// As in attribution/parameters.py.
const MARKETING = [
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    "gclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "fbclid",
    "li_fat_id",
];
const CARRIED = ["ct_landed", "ct_page", "ct_referrer"];
const ANSWERED = "conversion_tracking.answered";

/** The request that tells the server about the landing; a form waits for it. */
let remembering = Promise.resolve();

/**
 * How the visitor arrived: the marketing parameters of the address, and the time, page and
 * referring site of the landing. Nothing when they came directly.
 *
 * @returns {URLSearchParams|undefined}
 */
function readLanding() {
    const address = new URLSearchParams(window.location.search);
    const landing = new URLSearchParams();
    for (const name of [...MARKETING, ...CARRIED]) {
        if (address.has(name)) {
            landing.set(name, address.get(name));
        }
    }
    if (landing.has("ct_landed")) {
        return landing;
    }
    const referrer = document.referrer && new URL(document.referrer);
    const isForeign = referrer && referrer.host !== window.location.host;
    if (!landing.size && !isForeign) {
        return;
    }
    landing.set("ct_landed", Math.floor(performance.timeOrigin / 1000));
    landing.set("ct_page", window.location.pathname);
    if (isForeign) {
        landing.set("ct_referrer", referrer.href.split(/[?#]/)[0]);
    }
    return landing;
}

function isRefused() {
    try {
        return JSON.parse(cookie.get("website_cookies_bar") || "{}").optional === false;
    } catch {
        return false;
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
        const isWaiting = !cookie.isAllowedCookie("optional") && !isRefused();
        this.landing = isWaiting ? readLanding() : undefined;
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
        if (!this.landing || !linkEl || linkEl.getAttribute("href").startsWith("#")) {
            return;
        }
        const address = new URL(linkEl.href, window.location.href);
        const isTagged = [...MARKETING, ...CARRIED].some((name) => address.searchParams.has(name));
        if (address.origin !== window.location.origin || isTagged) {
            return;
        }
        for (const [name, value] of this.landing) {
            address.searchParams.set(name, value);
        }
        this.originalAddresses.set(linkEl, linkEl.getAttribute("href"));
        linkEl.setAttribute("href", address.pathname + address.search + address.hash);
    }

    onAnswer() {
        if (cookie.isAllowedCookie("optional")) {
            this.remember();
            this.forget();
        } else if (isRefused()) {
            this.forget();
        }
    }

    remember() {
        if (this.landing) {
            // Answered with the cookie, even when the visitor leaves the page meanwhile.
            remembering = fetch(`/conversion_tracking/touch?${this.landing}`, {
                keepalive: true,
            }).catch(() => {});
        }
    }

    /** Takes the landing out of the links and, where it was carried to, of the address. */
    forget() {
        for (const [linkEl, href] of this.originalAddresses) {
            linkEl.setAttribute("href", href);
        }
        this.originalAddresses.clear();
        const address = new URL(window.location.href);
        if (this.landing && address.searchParams.has("ct_landed")) {
            for (const name of this.landing.keys()) {
                address.searchParams.delete(name);
            }
            window.history.replaceState(window.history.state, "", address);
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
