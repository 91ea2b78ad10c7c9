# Everything is done by the tools in environment/; "make help" lists what there is.
# Options: ODOO=path (a checkout of Odoo 19), PORT=8069, DOWNLOADS=path, ARGS="..." (test runner)

COMMANDS = demo test bench kill torture quick lint format translations shell up run stop clean help

.DEFAULT_GOAL = help
.PHONY: $(COMMANDS)

$(COMMANDS):
	@sh environment/bootstrap.sh $@ $(ARGS)
