import { advanceTime, after, click, expect, mockLocation, waitFor } from "@odoo/hoot";
import { cookie } from "@web/core/browser/cookie";
import { startInteractions } from "@web/../tests/public/helpers";
import { onRpc } from "@web/../tests/web_test_helpers";

export const SITE = "https://www.hoot.test";
export const AD = "utm_source=linkedin&gclid=Cj0K";
export const REFUSED = '{"required": true, "optional": false, "ts": 1}';
export const ACCEPTED = '{"required": true, "optional": true, "ts": 1}';

const BAR = `
    <div id="website_cookies_bar" class="s_popup o_snippet_invisible">
        <div class="modal s_popup_no_backdrop modal_shown" style="display: none;"
                data-show-after="0" data-display="afterDelay" data-consents-duration="999"
                data-bs-focus="false" data-bs-backdrop="false" tabindex="-1" role="dialog">
            <div class="modal-dialog"><div class="modal-content oe_structure"><section>
                <a href="#" id="cookies-consent-essential" class="js_close_popup">Essentials</a>
                <a href="#" id="cookies-consent-all" class="js_close_popup">I agree</a>
            </section></div></div>
        </div>
    </div>`;

/**
 * Opens a page of the site.
 *
 * @param {string} path
 * @param {{
 *  answer?: string, content?: string, bar?: string, referrer?: string, signed?: string|Promise|Function
 * }} [params] ``signed``: what the server makes of the landing
 */
export async function visit(
    path,
    { answer, content = "", bar = BAR, referrer = "", signed = "signed" } = {}
) {
    onRpc("/conversion_tracking/landing", async (request) => {
        return new Response(await (typeof signed === "function" ? signed(request) : signed));
    }, { pure: true });
    mockLocation.href = SITE + path;
    Object.defineProperty(document, "referrer", { configurable: true, value: referrer });
    after(() => delete document.referrer);
    if (answer !== undefined) {
        cookie.set("website_cookies_bar", answer);
    }
    const { core } = await startInteractions(`<div id="wrapwrap">${content}${bar}</div>`);
    await advanceTime(10);
    return core;
}

export async function answer(button) {
    await waitFor("#website_cookies_bar .modal:visible");
    await click(`#cookies-consent-${button}`);
}

/** The parameters of an address. */
export const parameters = (address) => Object.fromEntries(new URL(address, SITE).searchParams);

/** What is carried of a landing on /?AD. */
export const landing = () => ({
    utm_source: "linkedin",
    gclid: "Cj0K",
    ct_landed: "signed",
});

/** What the server is told of the landing, as steps. */
export function mockTouch(answering) {
    onRpc(
        "/conversion_tracking/touch",
        async (request) => {
            expect.step(parameters(request.url));
            await answering;
            return new Response(null, { status: 204 });
        },
        { pure: true }
    );
}
