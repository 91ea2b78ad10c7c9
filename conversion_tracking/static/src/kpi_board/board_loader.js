import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";

/**
 * Asks the server what the board shows and keeps the answer.
 *
 * One request brings the whole board when it is quick; what is `pending` in its answer is asked for
 * in the next ones, in two `lanes` at the same time. Only the last question counts: a late answer to
 * one before is dropped.
 */
export class BoardLoader {
    constructor(orm, state) {
        this.orm = orm;
        this.state = state;
        this.turn = 0;
    }

    static getState() {
        return { answer: null, sections: {}, pending: [], loading: false, error: null };
    }

    /** @param {Object} asked see `board_query.js` */
    async load(asked) {
        const turn = ++this.turn;
        Object.assign(this.state, { loading: true, error: null });
        try {
            const answer = await this.ask(asked);
            if (turn !== this.turn) {
                return;
            }
            const { sections, pending, lanes } = answer;
            Object.assign(this.state, { answer, sections, pending, loading: false });
            await Promise.all(lanes.map((keys) => this.loadInTurn(asked, keys, turn)));
        } catch (error) {
            this.fail(error, turn);
        }
    }

    async loadInTurn(asked, keys, turn) {
        while (keys.length) {
            const { sections, pending } = await this.ask(asked, keys);
            if (turn !== this.turn) {
                return;
            }
            Object.assign(this.state.sections, sections);
            // an answer without any section would be asked for again and again
            const left = Object.keys(sections).length ? pending : [];
            const done = keys.filter((key) => !left.includes(key));
            this.state.pending = this.state.pending.filter((key) => !done.includes(key));
            keys = left;
        }
    }

    ask(asked, keys) {
        // silent: the board shows by itself that it waits
        return this.orm.silent.call("conversion.board", "get_board", keys ? [asked, keys] : [asked]);
    }

    fail(error, turn) {
        if (turn === this.turn) {
            this.stop();
            Object.assign(this.state, { loading: false, pending: [], error: explain(error) });
        }
    }

    /** Nobody waits for an answer any longer. */
    stop() {
        this.turn++;
    }
}

function explain(error) {
    if (error instanceof ConnectionLostError) {
        return _t("Odoo cannot be reached. Check your connection, then try again.");
    }
    return error.data?.message || _t("The board could not be read. Try again in a moment.");
}
