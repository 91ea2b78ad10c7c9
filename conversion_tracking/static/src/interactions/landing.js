// As in attribution/query.py.
const MARKETING = [
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    "gclid",
    "gbraid",
    "wbraid",
    "dclid",
    "msclkid",
    "fbclid",
    "li_fat_id",
    "ttclid",
    "twclid",
    "rdt_cid",
    "epik",
    "sccid",
    "gclsrc",
    "gad_source",
    "gad_campaignid",
];
const CARRIED = [...MARKETING, "ct_landed"];

const withoutHash = (address) => address.href.split("#")[0];

/** What is carried of some parameters, whatever the case of their names; the first value counts. */
function pick(...all) {
    const known = new URLSearchParams();
    for (const [written, value] of all.flatMap((parameters) => [...parameters])) {
        const name = written.toLowerCase();
        if (value && CARRIED.includes(name) && !known.has(name)) {
            known.set(name, value);
        }
    }
    return known;
}

/**
 * The marketing parameters behind "#", which no server sees: of sites that are one page, as
 * "/#utm_source=x" or "/#/sofas?gclid=x".
 *
 * @param {string} page address of the page
 * @returns {URLSearchParams}
 */
export function readHash(page) {
    const { hash } = new URL(page);
    return pick(new URLSearchParams(hash.slice(hash.indexOf("?") + 1).replace(/^[#!/]+/, "")));
}

/**
 * How the visitor arrived: the marketing parameters of the address, and page and referring
 * site of the landing; or the landing that a page before carried here, signed by the server.
 *
 * Who left the landing page before its script ran comes with its address as the referrer.
 *
 * @param {string} page address of the page
 * @param {string} referrer address of the page before, "" when there is none
 * @returns {URLSearchParams|undefined} nothing when they came directly
 */
export function readLanding(page, referrer) {
    const here = new URL(page);
    const before = referrer && new URL(referrer);
    const isOwn = before && before.host === here.host;
    const known = pick(here.searchParams, readHash(page));
    if (known.has("ct_landed")) {
        return known;
    }
    const left = isOwn ? pick(before.searchParams) : new URLSearchParams();
    if (left.has("ct_landed")) {
        return left;
    }
    const landing = left.toString() ? left : known;
    const isForeign = before && !isOwn;
    if (!landing.toString() && !isForeign) {
        return;
    }
    landing.set("ct_page", left.toString() ? before.pathname : here.pathname);
    if (isForeign) {
        landing.set("ct_referrer", referrer.split(/[?#]/)[0]);
    }
    return landing;
}

/**
 * What links carry of a landing until the server has signed it: as much as any link of an ad says.
 *
 * @param {URLSearchParams} landing
 * @returns {URLSearchParams}
 */
export function toCarry(landing) {
    return pick(landing);
}

/**
 * The address of a link to another page of this site, with the landing in it.
 *
 * A link with marketing parameters of its own, such as a banner, only gets the signature.
 *
 * @param {string} href as it stands in the link
 * @param {string} page address of the page with the link
 * @param {URLSearchParams} landing what links carry of it
 * @returns {string|undefined} nothing for every other link
 */
export function addLanding(href, page, landing) {
    let address;
    try {
        address = new URL(href, page);
    } catch {
        return; // what an editor mistyped leads nowhere
    }
    const here = new URL(page);
    // A file made in the browser (blob:) has the origin of the page, but no host.
    const isOurs = address.protocol === here.protocol && address.host === here.host;
    // With the landing it would load the page anew, and a half-filled form be lost.
    const isSpot = address.href.includes("#") && withoutHash(address) === withoutHash(here);
    const said = pick(address.searchParams);
    const added = [...landing].filter(([name]) => !said.toString() || name === "ct_landed");
    if (!isOurs || isSpot || said.has("ct_landed") || !added.length) {
        return;
    }
    for (const [name, value] of added) {
        address.searchParams.set(name, value);
    }
    // In full: a path that begins with two slashes would name another host.
    return address.href;
}
