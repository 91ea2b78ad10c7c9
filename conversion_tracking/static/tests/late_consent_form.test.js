import {
    AD,
    answer,
    landing,
    mockTouch,
    visit,
} from "@conversion_tracking/../tests/late_consent_helpers";
import { Deferred, advanceTime, click, describe, edit, expect, test } from "@odoo/hoot";
import { setupInteractionWhiteList } from "@web/../tests/public/helpers";
import { onRpc } from "@web/../tests/web_test_helpers";

setupInteractionWhiteList([
    "conversion_tracking.late_consent",
    "website.cookies_bar",
    "website.form",
]);

describe.current.tags("interaction_dev");

const FORM = `
    <section class="s_website_form">
        <form action="/website/form/" method="post" data-model_name="crm.lead">
            <div class="s_website_form_field">
                <input class="s_website_form_input" type="text" name="name"/>
            </div>
            <div class="s_website_form_submit">
                <span id="s_website_form_result"></span>
                <a href="#" role="button" class="s_website_form_send">Submit</a>
            </div>
        </form>
    </section>`;

async function send() {
    onRpc("/website/form/crm.lead", async (request) => {
        expect.step(`sent by ${(await request.formData()).get("name")}`);
        return {};
    });
    await click("input[name=name]");
    await edit("Ann");
    await click(".s_website_form_send");
    await advanceTime(400);
}

test("a form is sent at once while nothing is answered", async () => {
    await visit(`/?${AD}`, { content: FORM });
    await send();
    expect.verifySteps(["sent by Ann"]);
});

test("a form waits until the server knows where the visitor came from", async () => {
    const answering = new Deferred();
    mockTouch(answering);
    await visit(`/?${AD}`, { content: FORM });
    await answer("all");
    expect.verifySteps([landing()]);
    await send();
    expect.verifySteps([]);
    answering.resolve();
    await advanceTime(400);
    expect.verifySteps(["sent by Ann"]);
});

test("a form is sent although a blocker keeps the server from being told", async () => {
    onRpc("/conversion_tracking/touch", () => {
        throw new TypeError("Failed to fetch");
    });
    await visit(`/?${AD}`, { content: FORM });
    await answer("all");
    await send();
    expect.verifySteps(["sent by Ann"]);
});

test("a form is sent although the server does not answer", async () => {
    mockTouch(new Deferred());
    await visit(`/?${AD}`, { content: FORM });
    await answer("all");
    await send();
    expect.verifySteps([landing()]);
    await advanceTime(5000);
    expect.verifySteps(["sent by Ann"]);
});
