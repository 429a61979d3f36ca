#!/bin/bash
# stop.sh DIR : ends the server that start.sh put into DIR, and waits until it is gone. Its mounts go with its last process.
exec "$(dirname "$0")/../common/stop.sh" "$1" cyrus
