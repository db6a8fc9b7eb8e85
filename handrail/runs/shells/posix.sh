# The same as bash.sh for a plain sh (dash, ash). It cannot list its functions: those come from the step's text.
#
#   sh posix.sh STEP FROM DUMP GONE

__handrail_shell=posix __handrail_step=$1 __handrail_from=$2 __handrail_dump=$3 __handrail_gone=$4
set --

__handrail_variables() {
  command printf 'x\0'
  export -p
  command printf '\0s\0'
  set
  command printf '\0'
}

__handrail_settings() {
  command printf 'o\0'
  set +o
  command printf '\0'
}

__handrail_end() {
  trap '' INT TERM XFSZ  # where the step has limited the size of files, only the dump fails
  __handrail_status=$1
  __handrail_done=1
  {
    command printf '=\0'
    __handrail_settings
    set +eux
    __handrail_variables
    command printf 'd\0%s\0%s\0u\0' "$PWD" "${OLDPWD-}"
    command umask
    command printf '\0.\0'
  } >>"$__handrail_dump"
  trap - INT TERM XFSZ
}

{ { __handrail_settings; __handrail_variables; } >>"$__handrail_dump"; } 2>/dev/null
trap '{ [ "${__handrail_done-}" ] || __handrail_end $?; } 2>/dev/null' EXIT
trap '{ __handrail_end $?; } 2>/dev/null; kill -INT $$' INT
trap '{ __handrail_end $?; } 2>/dev/null; kill -TERM $$' TERM
if [ "$__handrail_from" ]; then . "$__handrail_from"; fi
{
  . "$__handrail_step"
  { __handrail_end $?; set +xv; } 2>/dev/null
  exit "$__handrail_status"
}
