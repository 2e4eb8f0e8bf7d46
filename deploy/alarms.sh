#!/bin/sh
# Prints the commands of the vendor's CLI that make the alarms of template.yml where
# Serverless Devs deploys, which makes none. It runs none of them.
#
#   REGION=cn-hongkong ACCOUNT=1234567890123456 ACTION_POLICY=oncall sh deploy/alarms.sh
#
# Each file of deploy/alarms is one alarm. ACTION_POLICY is the id of an action policy of
# Simple Log Service, which says whom the alarms reach: without one nobody is woken.
# UPDATE=yes prints what brings alarms that exist to those files.
set -eu

UPDATE=${UPDATE:-no}
case $UPDATE in
  yes|no) ;;
  *) echo "alarms: UPDATE is \"$UPDATE\"; want yes or no" >&2; exit 2 ;;
esac

missing=
for name in REGION ACCOUNT ACTION_POLICY; do
  eval "value=\${$name:-}"
  case $value in
    '') missing="$missing $name" ;;
    *[!A-Za-z0-9._-]*) echo "alarms: $name is \"$value\"; want letters, digits, dots, dashes and underscores" >&2; exit 2 ;;
  esac
done
if [ -n "$missing" ]; then
  echo "alarms: set$missing first, for example:" >&2
  echo "  make alarms REGION=cn-hongkong ACCOUNT=1234567890123456 ACTION_POLICY=oncall" >&2
  exit 2
fi

# word prints its input as one word of a shell, with the names filled in.
word() {
  sed -e "s/\${REGION}/$REGION/g" -e "s/\${ACCOUNT}/$ACCOUNT/g" -e "s/\${ACTION_POLICY}/$ACTION_POLICY/g" -e "s/'/'\\\\''/g" -e "1s/^/'/" -e "\$s/\$/'/"
}

# text and line print a value of a document that stands on one line; block one that
# ends with a bracket under its key. No alarm is made of a document in another shape.
text() { found "$1" "$2" "$(sed -n "s/^  \"$2\": \"\\(.*\\)\",\$/\\1/p" "$1")"; }
line() { found "$1" "$2" "$(sed -n "s/^  \"$2\": \\({.*}\\),\$/\\1/p" "$1")"; }
block() { found "$1" "$2" "$(sed -n "/^  \"$2\": {\$/,/^  }\$/{s/^  \"$2\": //;p;}" "$1")"; }
found() { # the document, the key, its value
  if [ -z "$3" ]; then
    echo "alarms: $1 has no \"$2\" in the shape of the alarms that ship" >&2
    exit 2
  fi
  printf '%s\n' "$3" | word
}

here=$(dirname "$0")
commands=
for file in "$here"/alarms/*.json; do
  name=$(text "$file" name)
  title=$(text "$file" displayName)
  schedule=$(line "$file" schedule)
  configuration=$(block "$file" configuration)
  verb="create-alert --name"
  [ "$UPDATE" = no ] || verb="update-alert --alert-name"
  commands="$commands
# $(basename "$file")
aliyun sls ${verb%% *} --region $REGION --project stopdesktops-$ACCOUNT-$REGION ${verb#* } $name --display-name $title --schedule $schedule --configuration $configuration
"
done

cat <<'END'
# A command that fails ends this. To go on later, leave out the lines that were
# carried out.
set -e
END
printf '%s' "$commands"
