import { addLanding, readHash, readLanding, toCarry } from "@conversion_tracking/interactions/landing";
import { describe, expect, test } from "@odoo/hoot";

const SITE = "https://tulip.test";

/** What is remembered of a landing, as an object; nothing of a direct one. */
function read(path, referrer = "") {
    const landing = readLanding(SITE + path, referrer);
    return landing && Object.fromEntries(landing);
}

/** Where a link leads on the page /shop; the landing is one from LinkedIn. */
function follow(href, page = `${SITE}/shop`) {
    const landing = new URLSearchParams({ utm_source: "linkedin", ct_landed: "signed" });
    return addLanding(href, page, landing);
}

const CARRIED = "utm_source=linkedin&ct_landed=signed";

describe("how the visitor arrived", () => {
    test("directly: nothing is remembered", () => {
        expect(read("/")).toBe(undefined);
        expect(read("/shop?search=utm_source")).toBe(undefined);
        expect(read("/", `${SITE}/shop`)).toBe(undefined);
    });

    test("by a link whose parameters are empty: nothing is remembered", () => {
        expect(read("/?utm_source=&gclid=")).toBe(undefined);
    });

    test("by an ad", () => {
        expect(read("/shop?utm_source=linkedin&gclid=Cj0K-_&page=2")).toEqual({
            utm_source: "linkedin",
            gclid: "Cj0K-_",
            ct_page: "/shop",
        });
    });

    test("from another site, of which only the page is remembered", () => {
        expect(read("/", "https://news.test/solar?reader=ann@example.com#top")).toEqual({
            ct_page: "/",
            ct_referrer: "https://news.test/solar",
        });
    });

    test("from an app", () => {
        const { ct_referrer } = read("/", "android-app://com.google.android.gm/");
        expect(ct_referrer).toBe("android-app://com.google.android.gm/");
    });

    test("a neighbour on another port is another site", () => {
        expect(read("/", `${SITE}:8443/`).ct_referrer).toBe(`${SITE}:8443/`);
    });

    test("the first of two values counts, as on the server", () => {
        expect(read("/?utm_source=linkedin&utm_source=facebook").utm_source).toBe("linkedin");
    });

    test("hostile values are values", () => {
        const attack = `"><script>alert(1)</script>&utm_medium=x`;
        const landing = read(`/?utm_source=${encodeURIComponent(attack)}`);
        expect(landing.utm_source).toBe(attack);
        expect(landing.utm_medium).toBe(undefined);
    });

    test("what was carried on stays as it was on the landing page", () => {
        const carried = { utm_source: "linkedin", ct_landed: "signed" };
        const path = `/contactus?${new URLSearchParams(carried)}`;
        expect(read(path, `${SITE}/landing`)).toEqual(carried);
        expect(read(path, "https://news.test/")).toEqual(carried);
    });
});

describe("what the address says in other ways", () => {
    test("names in any case, and every platform's click id", () => {
        expect(read("/?UTM_Source=linkedin&GCLID=Cj0K")).toEqual({
            utm_source: "linkedin",
            gclid: "Cj0K",
            ct_page: "/",
        });
        for (const name of ["dclid", "ttclid", "twclid", "rdt_cid", "epik", "sccid", "gad_source"]) {
            expect(read(`/?${name}=1`)[name]).toBe("1");
        }
    });

    test("behind the hash, of sites that are one page", () => {
        for (const hash of ["utm_source=x", "/sofas?utm_source=x", "!/sofas?utm_source=x", "/utm_source=x"]) {
            expect(read(`/#${hash}`).utm_source).toBe("x");
            expect(readHash(`${SITE}/#${hash}`).toString()).toBe("utm_source=x");
        }
    });

    test("what stands before the hash counts first", () => {
        expect(read("/?utm_source=a#utm_source=b&gclid=c")).toEqual({
            utm_source: "a",
            gclid: "c",
            ct_page: "/",
        });
    });

    test("other hashes say nothing", () => {
        for (const hash of ["", "#", "#prices", "#/sofas", "#scrollTop=0", "#utm_source=", "#?&=%"]) {
            expect(read(`/${hash}`)).toBe(undefined);
        }
    });
});

describe("a landing page that was left before its script ran", () => {
    test("is read from the referrer", () => {
        expect(read("/contactus?page=2", `${SITE}/shop?utm_source=linkedin&page=1`)).toEqual({
            utm_source: "linkedin",
            ct_page: "/shop",
        });
    });

    test("with its signature, when it had one", () => {
        expect(read("/contactus", `${SITE}/shop?gclid=abc&ct_landed=signed`)).toEqual({
            gclid: "abc",
            ct_landed: "signed",
        });
    });

    test("goes before a banner on it", () => {
        const landing = read("/shop?utm_source=banner", `${SITE}/?gclid=abc`);
        expect(landing).toEqual({ gclid: "abc", ct_page: "/" });
    });

    test("only a page of this site", () => {
        expect(read("/", "https://news.test/?utm_source=linkedin").utm_source).toBe(undefined);
    });
});

describe("what links carry", () => {
    const carry = (path, referrer) =>
        Object.fromEntries(toCarry(readLanding(SITE + path, referrer)));

    test("page and referring site only with the server's signature", () => {
        const news = "https://news.test/";
        expect(carry("/shop?gclid=abc&page=2", news)).toEqual({ gclid: "abc" });
        expect(carry("/shop", news)).toEqual({});
    });

    test("an invented page and site are no parameters of a landing", () => {
        const invented = "ct_page=/invented&ct_referrer=https://evil.test/";
        expect(read(`/shop?gclid=abc&${invented}`)).toEqual({ gclid: "abc", ct_page: "/shop" });
        expect(read(`/shop?${invented}`)).toBe(undefined);
    });

    test("nothing, when nothing is known", () => {
        expect(addLanding("/contactus", SITE, new URLSearchParams())).toBe(undefined);
    });
});

describe("links that carry it on", () => {
    test("to another page of the site", () => {
        expect(follow("/contactus")).toBe(`${SITE}/contactus?${CARRIED}`);
        expect(follow("contactus")).toBe(`${SITE}/contactus?${CARRIED}`);
        expect(follow(`${SITE}/fr/contactus`)).toBe(`${SITE}/fr/contactus?${CARRIED}`);
        expect(follow("//tulip.test/contactus")).toBe(`${SITE}/contactus?${CARRIED}`);
    });

    test("with parameters of their own", () => {
        expect(follow("/shop?page=2&order=name+asc")).toBe(
            `${SITE}/shop?page=2&order=name+asc&${CARRIED}`
        );
        expect(follow("?page=2")).toBe(`${SITE}/shop?page=2&${CARRIED}`);
        expect(follow("/shop?utm_source=")).toBe(`${SITE}/shop?${CARRIED}`);
    });

    test("that say themselves where one comes from: the landing goes on beside it", () => {
        expect(follow("/shop?utm_source=banner")).toBe(
            `${SITE}/shop?utm_source=banner&ct_landed=signed`
        );
    });

    test("to a spot on another page", () => {
        expect(follow("/contactus#form")).toBe(`${SITE}/contactus?${CARRIED}#form`);
    });

    test("with a path that would be a host by itself", () => {
        expect(follow(`${SITE}//evil.test/x`)).toBe(`${SITE}//evil.test/x?${CARRIED}`);
    });
});

describe("links that stay as they are", () => {
    test("to other sites", () => {
        expect(follow("https://evil.test/")).toBe(undefined);
        expect(follow("//evil.test/")).toBe(undefined);
        expect(follow("https://tulip.test.evil.test/")).toBe(undefined);
        expect(follow("https://tulip.test@evil.test/")).toBe(undefined);
        expect(follow(`${SITE}:8443/`)).toBe(undefined);
        expect(follow("http://tulip.test/")).toBe(undefined);
    });

    test("to no page at all", () => {
        expect(follow("mailto:info@tulip.test")).toBe(undefined);
        expect(follow("tel:+31201234567")).toBe(undefined);
        expect(follow("javascript:void(0)")).toBe(undefined);
        expect(follow("data:text/plain,x")).toBe(undefined);
        expect(follow(`blob:${SITE}/1f2e`)).toBe(undefined);
    });

    test("that an editor mistyped", () => {
        expect(follow("https://")).toBe(undefined);
        expect(follow("http://[tulip")).toBe(undefined);
    });

    test("to a spot on this page", () => {
        expect(follow("#")).toBe(undefined);
        expect(follow("#prices")).toBe(undefined);
        expect(follow(" #prices")).toBe(undefined);
        expect(follow("/shop#prices")).toBe(undefined);
        expect(follow("/shop?page=2#prices", `${SITE}/shop?page=2#top`)).toBe(undefined);
    });

    test("that carry a landing already", () => {
        expect(follow("/shop?ct_landed=1")).toBe(undefined);
        expect(follow(`/shop?${CARRIED}`)).toBe(undefined);
    });

    test("that say themselves where one comes from, while nothing is signed", () => {
        const unsigned = new URLSearchParams({ utm_source: "linkedin" });
        expect(addLanding("/shop?UTM_SOURCE=banner", SITE, unsigned)).toBe(undefined);
        expect(addLanding("/shop?gclid=abc", SITE, unsigned)).toBe(undefined);
    });
});
