# makeWrapper EXECUTABLE OUT [--set V X] [--suffix V SEP X] [--prefix V SEP X] [--inherit-argv0] …
makeWrapper() {
  local original="$1" wrapper="$2" extra=""
  shift 2
  mkdir -p "$(dirname "$wrapper")"
  {
    echo "#!@bash@"
    while [ $# -gt 0 ]; do
      case "$1" in
        --set) printf 'export %s=%q\n' "$2" "$3"; shift 3 ;;
        --set-default) printf 'export %s=${%s-%q}\n' "$2" "$2" "$3"; shift 3 ;;
        --unset) printf 'unset %s\n' "$2"; shift 2 ;;
        --suffix) printf 'export %s=${%s:+$%s%s}%q\n' "$2" "$2" "$2" "$3" "$4"; shift 4 ;;
        --prefix) printf 'export %s=%q${%s:+%s$%s}\n' "$2" "$4" "$2" "$3" "$2"; shift 4 ;;
        --add-flags) extra="$extra $2"; shift 2 ;;
        --inherit-argv0 | --resolve-argv0) shift ;;
        *) echo "makeWrapper does not know $1" >&2; return 1 ;;
      esac
    done
    printf 'exec -a "$0" %q%s "$@"\n' "$original" "$extra"
  } > "$wrapper"
  chmod +x "$wrapper"
}
wrapProgram() {
  local program="$1" hidden
  shift
  hidden="$(dirname "$program")/.$(basename "$program")-wrapped"
  mv "$program" "$hidden"
  makeWrapper "$hidden" "$program" "$@"
}
