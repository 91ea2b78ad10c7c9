import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    advanceTime,
    animationFrame,
    click,
    Deferred,
    describe,
    destroy,
    expect,
    queryOne,
    test,
} from "@odoo/hoot";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

const STATES = ["passed", "failed", "waiting", "unknown", "not_needed"];

class Account extends models.Model {
    name = fields.Char({ required: true });
    check_ids = fields.One2many({ relation: "check" });
}

class Check extends models.Model {
    key = fields.Char();
    title = fields.Char();
    state = fields.Selection({ selection: STATES.map((state) => [state, state]) });
    meaning = fields.Char();
    remedy = fields.Char();
    detail = fields.Char();
    link = fields.Char();
}

describe.current.tags("desktop");

defineModels([Account, Check]);
defineMailModels();

const LOGIN = { key: "credentials", title: "Login", state: "failed", meaning: "Refused." };

function open(checks, { readonly = false } = {}) {
    Check._records = checks.map((check, index) => ({ id: index + 1, ...check }));
    Account._records = [{ id: 1, name: "Tulip", check_ids: Check._records.map(({ id }) => id) }];
    return mountView({
        type: "form",
        resModel: "account",
        resId: 1,
        arch: `
            <form ${readonly ? 'edit="0"' : ""}>
                <field name="name"/>
                <field name="check_ids" widget="google_ads_checks"/>
            </form>`,
    });
}

const BUTTON = "button[name=test_connection]";
const PROGRESS = ".o_google_ads_testing";
const check = (key) => `.o_google_ads_check[data-key='${key}']`;
const width = () => queryOne(".progress-bar").style.width;

/** Google takes until the test of the connection is resolved. */
function mockGoogle(answers = {}) {
    const google = new Deferred();
    onRpc("account", "action_test_connection", async function ({ args }) {
        expect.step(`test ${args[0]}`);
        await google;
        this.env.check.write([1], answers);
        return true;
    });
    return google;
}

test("an account that was never tested shows the button only", async () => {
    await open([]);
    expect(BUTTON).toHaveText("Test connection");
    expect(BUTTON).toBeEnabled();
    expect(".o_field_google_ads_checks table").toHaveCount(0);
    expect(PROGRESS).toHaveCount(0);
});

test("who may not edit sees the checks without the button", async () => {
    await open([LOGIN], { readonly: true });
    expect(BUTTON).toHaveCount(0);
    expect(check("credentials")).toHaveCount(1);
});

test("every state has its sign and its name", async () => {
    await open(STATES.map((state) => ({ key: state, title: state, state })));
    const names = ["Passed", "Failed", "Wait a little", "Not known", "Not needed"];
    const colors = ["success", "danger", "info", "warning", "muted"];
    STATES.forEach((state, index) => {
        const sign = `${check(state)} i[role=img]`;
        expect(sign).toHaveAttribute("aria-label", names[index]);
        expect(sign).toHaveAttribute("title", names[index]);
        expect(sign).toHaveClass(`text-${colors[index]}`);
    });
});

test("a state of a later release reads as not known", async () => {
    Check._fields.state.selection.push(["postponed", "Postponed"]);
    await open([{ ...LOGIN, state: "postponed" }]);
    const sign = `${check("credentials")} i[role=img]`;
    expect(sign).toHaveAttribute("aria-label", "Not known");
    expect(sign).toHaveClass("fa-question-circle");
    expect(sign).not.toHaveClass("undefined");
});

test("a check without remedy, answer and link has none of them", async () => {
    await open([LOGIN]);
    expect(check("credentials")).toHaveText(/Login\s+Refused\./);
    expect(`${check("credentials")} .o_google_ads_remedy`).toHaveCount(0);
    expect(`${check("credentials")} small`).toHaveCount(0);
    expect(`${check("credentials")} a`).toHaveCount(0);
});

test("a link opens beside Odoo and tells Google nothing of it", async () => {
    await open([{ ...LOGIN, remedy: "Enter it again.", link: "https://support.google.com/x" }]);
    const link = `${check("credentials")} a`;
    expect(`${check("credentials")} .o_google_ads_remedy`).toHaveText("Enter it again.");
    expect(link).toHaveAttribute("href", "https://support.google.com/x");
    expect(link).toHaveAttribute("target", "_blank");
    expect(link).toHaveAttribute("rel", "noopener noreferrer");
});

test("what Google says is shown as text, whatever it is", async () => {
    const markup = "<img src=x onerror=alert(1)>";
    await open([{ ...LOGIN, title: markup, meaning: markup, remedy: markup, detail: markup }]);
    expect(`${check("credentials")} img`).toHaveCount(0);
    expect(`${check("credentials")} span`).toHaveText(markup);
    expect(`${check("credentials")} .o_google_ads_remedy`).toHaveText(markup);
    expect(`${check("credentials")} small`).toHaveText(markup);
});

test("two actions of the same name both have their row", async () => {
    const action = { key: "action:Sales", title: "Sales" };
    await open([
        { ...action, state: "passed" },
        { ...action, state: "failed" },
    ]);
    expect(check("action:Sales")).toHaveCount(2);
});

test("while Google is asked the progress shows, and then the result", async () => {
    const google = mockGoogle({ state: "passed", meaning: "Google accepts the login." });
    await open([LOGIN]);
    await contains(BUTTON).click();
    expect.verifySteps(["test 1"]);
    expect(BUTTON).not.toBeEnabled();
    expect(PROGRESS).toHaveCount(1);
    expect(check("credentials")).toHaveCount(0);
    expect(width()).toBe("0%");
    await advanceTime(10_000);
    expect(width()).toBe("40%");
    await advanceTime(60_000);
    expect(width()).toBe("100%");
    google.resolve();
    await animationFrame();
    await animationFrame();
    expect(PROGRESS).toHaveCount(0);
    expect(BUTTON).toBeEnabled();
    expect(`${check("credentials")}[data-state=passed]`).toHaveText(/Google accepts the login\./);
});

test("what was typed is saved first, and a second click meanwhile does nothing", async () => {
    const saving = new Deferred();
    onRpc("account", "web_save", async ({ args }) => {
        expect.step(`save ${args[1].name}`);
        await saving;
    });
    mockGoogle().resolve();
    await open([LOGIN]);
    await contains(".o_field_widget[name=name] input").edit("Tulip Solar");
    const button = queryOne(BUTTON);
    // Faster than the button is disabled.
    button.click();
    button.click();
    await animationFrame();
    await click(BUTTON);
    expect.verifySteps(["save Tulip Solar"]);
    saving.resolve();
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["test 1"]);
    expect(PROGRESS).toHaveCount(0);
    await advanceTime(5000);
    expect(PROGRESS).toHaveCount(0);
    expect(BUTTON).toBeEnabled();
});

test("nothing is tested that cannot be saved", async () => {
    mockGoogle();
    await open([LOGIN]);
    await contains(".o_field_widget[name=name] input").edit("");
    await contains(BUTTON).click();
    await animationFrame();
    expect.verifySteps([]);
    expect(".o_field_widget[name=name]").toHaveClass("o_field_invalid");
    expect(BUTTON).toBeEnabled();
    expect(check("credentials")).toHaveCount(1);
});

test("what is typed while Google is asked is kept", async () => {
    const google = mockGoogle({ state: "passed" });
    onRpc("account", "web_save", ({ args }) => {
        expect.step(`save ${args[1].name}`);
    });
    await open([LOGIN]);
    await contains(BUTTON).click();
    await contains(".o_field_widget[name=name] input").edit("Tulip Solar");
    google.resolve();
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["test 1", "save Tulip Solar"]);
    expect(".o_field_widget[name=name] input").toHaveValue("Tulip Solar");
    expect(`${check("credentials")}[data-state=passed]`).toHaveCount(1);
});

test("when the server fails, the checks of before are back and it can be tried again", async () => {
    expect.errors(1);
    const google = mockGoogle();
    await open([LOGIN]);
    await contains(BUTTON).click();
    google.reject(new Error("The server is busy"));
    await animationFrame();
    await animationFrame();
    expect.verifyErrors(["The server is busy"]);
    expect.verifySteps(["test 1"]);
    expect(PROGRESS).toHaveCount(0);
    expect(BUTTON).toBeEnabled();
    expect(`${check("credentials")}[data-state=failed]`).toHaveCount(1);
});

test("somebody who leaves does not wait for Google", async () => {
    const google = mockGoogle({ state: "passed" });
    const view = await open([LOGIN]);
    await contains(BUTTON).click();
    onRpc("account", "web_read", () => expect.step("read"));
    destroy(view);
    google.resolve();
    await advanceTime(60_000);
    expect.verifySteps(["test 1"]);
});
