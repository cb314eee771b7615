# Stops a private server when the processes that use it have ended, however they ended.
#
#   keeper.sh FOLDER GRACE STOP...
#
# FOLDER/users holds a file for each process, named by its id. GRACE: how many seconds the server stays when none of
# them is alive. STOP: the command that stops it.
trap '' HUP INT TERM
folder=$1 grace=$2
shift 2

alive_in() {
  for user in "$1"/*; do
    if kill -0 "${user##*/}" 2>/dev/null; then return 0; fi
  done
  return 1
}

idle=0
while [ -d "$folder/users" ]; do
  if alive_in "$folder/users"; then idle=0; else idle=$((idle + 1)); fi
  if [ "$idle" -gt "$grace" ]; then
    # Once the folder has moved nobody can register any more; who did so meanwhile keeps the server.
    mv "$folder/users" "$folder/ended" 2>/dev/null || exit 0
    if alive_in "$folder/ended"; then
      mv "$folder/ended" "$folder/users"
      idle=0
    else
      "$@"
      rm -rf "$folder"
      exit 0
    fi
  fi
  sleep 1
done
