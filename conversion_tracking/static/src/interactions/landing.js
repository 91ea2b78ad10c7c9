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

/**
 * How the visitor arrived: the marketing parameters of the address, and page and referring
 * site of the landing; or the landing that a page before carried here, signed by the server.
 *
 * @param {string} page address of the page
 * @param {string} referrer address of the page before, "" when there is none
 * @returns {URLSearchParams|undefined} nothing when they came directly
 */
export function readLanding(page, referrer) {
    const { host, pathname, searchParams } = new URL(page);
    const known = CARRIED.filter((name) => searchParams.get(name));
    const landing = new URLSearchParams(known.map((name) => [name, searchParams.get(name)]));
    if (landing.has("ct_landed")) {
        return landing;
    }
    const isForeign = referrer && new URL(referrer).host !== host;
    if (!known.length && !isForeign) {
        return;
    }
    landing.set("ct_page", pathname);
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
    const known = CARRIED.filter((name) => landing.has(name));
    return new URLSearchParams(known.map((name) => [name, landing.get(name)]));
}

/**
 * The address of a link to another page of this site, with the landing in it.
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
    const isTagged = CARRIED.some((name) => address.searchParams.get(name));
    if (!isOurs || isSpot || isTagged || !landing.toString()) {
        return;
    }
    for (const [name, value] of landing) {
        address.searchParams.set(name, value);
    }
    // In full: a path that begins with two slashes would name another host.
    return address.href;
}
