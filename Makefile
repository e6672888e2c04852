# Each of these does all of its own set-up: system packages, Python packages, database, tables, data.
.PHONY: run stop test bench

run:
	@tools/run.sh

stop:
	@tools/stop.sh

test:
	@tools/test.sh

bench:
	@tools/bench.sh
