#!/bin/bash
# stop.sh DIR : ends the server that start.sh put into DIR, and waits until it is gone.
exec "$(dirname "$0")/../common/stop.sh" "$1" courier
