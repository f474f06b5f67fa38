# The newer Debian suites of this machine's mirror, for fetch_debs.sh and fetch_source.sh, which source this file. It
# needs $top and the function download APT-OPTION...: one quiet try in the folder of now, its messages in ./log; 0 when
# everything arrived. HOGNOSE_SUITES names other suites to try. Lists and caches are our own (build/deps/apt); the machine's are left alone.

update() { apt-get -qq -o APT::Sandbox::User=root "${options[@]}" update >log 2>&1 && touch "$apt/updated"; }

# A mirror that lags behind serves a list past its Valid-Until date. For these lists of ours, and said aloud, an old
# one will do: the archive's signature is still checked, so what comes is at worst not the newest.
retry_expired() {
  echo "$(basename "$0" .sh): the mirror's list of $suite is past its date; using it all the same (its signature is checked)" >&2
  options+=(-o Acquire::Check-Valid-Until=false)
}

# try_newer_suites TYPE (deb or deb-src): downloads from the first of the suites that has everything; 1 if none has.
try_newer_suites() {
  local type=$1 mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 '/debian/$') ||
    { echo "$(basename "$0" .sh): no Debian mirror among the machine's package sources" >&2; exit 1; }
  for suite in ${HOGNOSE_SUITES:-forky sid trixie}; do
    apt=$top/build/deps/apt/$suite
    [ "$type" = deb ] || apt=$apt-source
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    exec 8>"$apt/.lock"; flock 8
    echo "$type [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$apt/sources.list"
    options=(-o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=/nonexistent
      -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt/cache" -o Acquire::Languages=none -o Acquire::Retries=3)
    # A list of today is new enough; an older one may name packages that the mirror has replaced since.
    if [ -z "$(find "$apt/updated" -mmin -720 2>/dev/null)" ]; then
      update || { grep -q 'is expired' log && retry_expired && update; } || cat log >&2
    fi
    if download "${options[@]}"; then return 0; fi
  done
  return 1
}
