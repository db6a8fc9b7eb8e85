# Runs a step as if it were typed into one shell that all steps share: takes over what the last one left (FROM),
# reads the step (STEP) in this very shell, and tells what has changed (DUMP, see supervision/carried.py).
#
#   bash bash.sh STEP FROM DUMP GONE      FROM may be ""; GONE names a folder that may be made and removed
#
# Builtins only: the step may break PATH, delete the directory it stands in, or hold a variable too large to exec.
# One compound command, read whole before it runs, so that `set -v` in the step does not print the rest of it.

__handrail_shell=bash __handrail_step=$1 __handrail_from=$2 __handrail_dump=$3 __handrail_gone=$4
builtin set --

__handrail_variables() {
  builtin local __handrail_name __handrail_letter
  builtin local -a __handrail_names
  for __handrail_letter in {a..z} {A..Z} _; do
    builtin eval "__handrail_names+=(\"\${!${__handrail_letter}@}\")"
  done
  for __handrail_name in "${__handrail_names[@]}"; do
    [[ $__handrail_name == __handrail_* ]] && builtin continue
    builtin printf 'v\0%s\0%s\0' "$__handrail_name" "${!__handrail_name-}"
    builtin declare -p "$__handrail_name"
    builtin printf '\0'
  done
}

__handrail_settings() {
  builtin printf 'o\0'
  builtin shopt -p
  builtin set +o
  builtin printf '\0'
}

__handrail_end() {
  builtin trap '' INT TERM XFSZ  # where the step has limited the size of files, only the dump fails
  __handrail_status=$1
  __handrail_done=1
  {
    builtin printf '=\0'
    __handrail_settings
    builtin set +eux
    __handrail_variables
    builtin printf 'd\0%s\0%s\0u\0' "$PWD" "${OLDPWD-}"
    builtin umask
    builtin printf '\0f\0'
    builtin unset -f __handrail_settings __handrail_variables __handrail_end
    builtin declare -f
    builtin declare -Fx
    builtin printf '\0.\0'
  } >>"$__handrail_dump"
  builtin trap - INT TERM XFSZ
}

{ { __handrail_settings; __handrail_variables; } >>"$__handrail_dump"; } 2>/dev/null
builtin trap '{ [[ ${__handrail_done-} ]] || __handrail_end $?; } 2>/dev/null' EXIT
builtin trap '{ __handrail_end $?; } 2>/dev/null; builtin kill -INT $$' INT
builtin trap '{ __handrail_end $?; } 2>/dev/null; builtin kill -TERM $$' TERM
[[ $__handrail_from ]] && builtin . "$__handrail_from"
{
  builtin . "$__handrail_step"
  { __handrail_end $?; builtin set +xv; } 2>/dev/null
  builtin exit "$__handrail_status"
}
