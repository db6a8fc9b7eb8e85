# The same as bash.sh for zsh.
#
#   zsh zsh.sh STEP FROM DUMP GONE

__handrail_shell=zsh __handrail_step=$1 __handrail_from=$2 __handrail_dump=$3 __handrail_gone=$4
builtin set --

__handrail_variables() {
  builtin emulate -L zsh
  builtin local __handrail_name __handrail_kind
  for __handrail_name in ${(k)parameters}; do
    __handrail_kind=${parameters[$__handrail_name]}
    [[ $__handrail_name == __handrail_* || $__handrail_kind == *local* ]] && builtin continue
    [[ $__handrail_kind == *special* && $__handrail_kind != *export* && $__handrail_name != (IFS|CDPATH|FPATH) ]] &&
      builtin continue
    builtin printf 'v\0%s\0%s\0' $__handrail_name "${(P)__handrail_name//$'\0'/}"
    builtin typeset -p -- $__handrail_name
    builtin printf '\0'
  done
}

__handrail_settings() {
  builtin printf 'o\0'
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
    builtin emulate -L zsh
    __handrail_variables
    builtin printf 'd\0%s\0%s\0u\0' $PWD "${OLDPWD-}"
    builtin umask
    builtin printf '\0f\0'
    builtin unset -f __handrail_settings __handrail_variables __handrail_end
    builtin functions
    builtin printf '\0.\0'
  } >>$__handrail_dump
}

{ { __handrail_settings; __handrail_variables; } >>$__handrail_dump; } 2>/dev/null
builtin trap '{ [[ -n ${__handrail_done-} ]] || __handrail_end $? } 2>/dev/null' EXIT
builtin trap '{ __handrail_end $? } 2>/dev/null; builtin trap - INT; builtin kill -INT $$' INT
builtin trap '{ __handrail_end $? } 2>/dev/null; builtin trap - TERM; builtin kill -TERM $$' TERM
[[ -n $__handrail_from ]] && builtin . $__handrail_from
{
  builtin . $__handrail_step
  { __handrail_end $?; builtin trap - INT TERM XFSZ; builtin set +xv } 2>/dev/null
  builtin exit $__handrail_status
}
