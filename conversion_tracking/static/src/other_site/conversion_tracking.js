/*! Conversion Tracking for sites that are not Odoo's. Licence: LGPL-3 */
// Keeps how a visitor arrived, with consent, in the browser, and hands it over in a hidden field.
// What links mean, Odoo reads: attribution/handover.py, by the functions that read a request.
(() => {
    "use strict";
    if (window.conversionTracking) {
        return;
    }
    const NAME = "conversion_journey";
    const DAY = 86400;
    const PARAMETER =
        "(utm_(source|medium|campaign|term|content)|gclid|[gw]braid|dclid|msclkid|fbclid" +
        "|li_fat_id|ttclid|twclid|rdt_cid|epik|sccid|gclsrc|gad_(source|campaignid))";
    const script = document.currentScript || { dataset: {} };
    const { consent: rule, field = `[name=${NAME}]`, odoo = script.src } = script.dataset;
    const before = document.referrer;
    const isOwn = originOf(before) === location.origin;
    const isLanding = tells(location.href) || (before && !isOwn);
    // [seconds, page, page before it]
    const landing = isLanding && [now(), shorten(location.href), before.slice(0, 250)];
    // the page before may have been the landing, and left before consent
    const missed = !isLanding && tells(before) && [now(), shorten(before), ""];
    let answer = ["unknown"];
    let touches = [];
    let heard = 0;

    function now() {
        return Math.floor(Date.now() / 1000);
    }

    function originOf(address) {
        try {
            return new URL(address, location.href).origin;
        } catch (error) {
            return "";
        }
    }

    function tells(address) {
        return RegExp(PARAMETER, "i").test(address.replace(/^[^?#]*/, "").replace(/%5f/gi, "_"));
    }

    function pairsOf(address) {
        return address.match(RegExp(PARAMETER + "=[^&#?]*", "gi")) || [];
    }

    // whole pairs: half a click id is none
    function shorten(address) {
        const add = (all, pair) => (all.length + pair.length < 900 ? `${all}&${pair}` : all);
        const page = address.split(/[?#]/)[0].slice(0, 100);
        return address.length < 1000 ? address : pairsOf(address).reduce(add, page + "?");
    }

    function keep() {
        const last = touches[touches.length - 1];
        const touch = landing || (!last && missed);
        const isSame = last && touch && last[1] === touch[1] && last[2] === touch[2];
        if (touch && !(isSame && touch[0] - last[0] < 1800)) {
            touches.push(touch);
        }
        while (touches.length > 10 || (touches[1] && JSON.stringify(touches).length > 2600)) {
            touches.splice(1, 1);
        }
        store(JSON.stringify([now(), answer, touches]));
    }

    function store(text) {
        try {
            text ? localStorage.setItem(NAME, text) : localStorage.removeItem(NAME);
        } catch (error) {
            return; // this page knows it all the same
        }
    }

    function recall() {
        try {
            const [seen, given, kept] = JSON.parse(localStorage.getItem(NAME));
            const began = kept.length ? kept[0][0] : seen;
            if (now() - seen < 90 * DAY && now() - began < 395 * DAY) {
                [answer, touches] = [given, kept];
                return keep();
            }
        } catch (error) {
            [answer, touches] = [["unknown"], []];
        }
        store();
    }

    function consent(given, by) {
        const state = given ? "granted" : "denied";
        if (answer[0] !== state) {
            answer = [state, now(), by];
            touches = [];
            given ? keep() : store();
            fill();
        }
    }

    function listen() {
        const said = window.dataLayer || [];
        for (; heard < said.length; heard++) {
            const { 0: command, 1: kind, 2: state } = said[heard] || {};
            if (command === "consent" && kind === "update" && state && state.ad_storage) {
                consent(state.ad_storage === "granted", "google");
            }
        }
    }

    function journey() {
        const page = location.href.split(/[?#]/)[0].slice(0, 300);
        const text = JSON.stringify({ v: 1, page, consent: answer, touches });
        const code = (letter) => "\\u" + `000${letter.charCodeAt().toString(16)}`.slice(-4);
        return btoa(text.replace(/[^ -~]/g, code)).replace(/\+/g, "-").replace(/\//g, "_");
    }

    function fill() {
        document.querySelectorAll(field).forEach((input) => (input.value = journey()));
    }

    // Links to Odoo say what the last ad's link said.
    function carryOn(element, name) {
        const last = touches[touches.length - 1] || (answer[0] === "unknown" && landing);
        const pairs = last ? pairsOf(last[1]) : [];
        const address = element[name];
        const isOdoo = odoo && originOf(address) === originOf(odoo);
        if (pairs.length && isOdoo && originOf(odoo) !== location.origin && !tells(address)) {
            const url = new URL(address);
            url.search += (url.search ? "&" : "?") + pairs.join("&");
            element[name] = url.href;
        }
    }

    function act({ target }) {
        listen();
        const link = target.closest && target.closest("a[href]");
        link && carryOn(link, "href");
        fill();
    }

    window.conversionTracking = { consent: (given) => consent(given, "call"), journey };
    recall();
    rule === "granted" && consent(true, "page");
    window.__tcfapi &&
        window.__tcfapi("addEventListener", 2, (data, isKnown) => {
            if (isKnown && /loaded|complete/.test(data.eventStatus) && data.purpose) {
                consent(data.purpose.consents[1], "tcf");
            }
        });
    // withdrawn in another tab; an event from before this page is late and says nothing
    addEventListener("storage", ({ key }) => {
        key === NAME && !localStorage.getItem(NAME) && consent(false, "call");
    });
    ["click", "auxclick", "submit", "pagehide"].forEach((name) => addEventListener(name, act, true));
    act({ target: document });
    document.querySelectorAll("iframe[src]").forEach((frame) => carryOn(frame, "src"));
})();
