#!/bin/bash
# beat.sh FILE: writes to FILE five times a second until killed, starting no process on the way.
trap '' TERM HUP INT
exec 9<> <(:) 8>"$1"
while :; do
  echo >&8
  read -r -t 0.2 -u 9
done
