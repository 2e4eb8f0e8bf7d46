#!/bin/sh
# Prints what s.yaml cannot make: the roles with their RAM documents, the bucket and
# the log store, as commands of the vendor's CLI with the names filled in. It runs
# none of them, because who makes roles is often somebody else.
#
#   REGION=cn-hongkong ACCOUNT=1234567890123456 STATE_BUCKET=stopdesktops-1234567890123456 sh deploy/roles.sh
#
# KEEP=no leaves out the right to tag desktops, which only keeping them awake needs.
# SLACK=no leaves out the role of slackcmd, DOOR=yes adds that of s-door.yaml, and
# OPERATOR=yes the rights of an operator at a terminal, to give to people: those to keep
# desktops awake, which not everybody needs, as a policy of their own.
# UPDATE=yes prints what brings the rights of roles that exist, the bucket's rule against
# overwriting, and the index of the logs, to this release's.
# OVERWRITE_RULE=no leaves out that rule, for a CLI that cannot set it: ossutil 2.2.1
# within it is the first that can (aliyun ossutil version). Then somebody else has to.
set -eu

KEEP=${KEEP:-yes} SLACK=${SLACK:-yes} DOOR=${DOOR:-no} OPERATOR=${OPERATOR:-no} UPDATE=${UPDATE:-no} OVERWRITE_RULE=${OVERWRITE_RULE:-yes}
for name in KEEP SLACK DOOR OPERATOR UPDATE OVERWRITE_RULE; do
  eval "value=\$$name"
  case $value in
    yes|no) ;;
    *) echo "roles: $name is \"$value\"; want yes or no" >&2; exit 2 ;;
  esac
done

missing=
for name in REGION ACCOUNT STATE_BUCKET; do
  eval "value=\${$name:-}"
  case $value in
    '') missing="$missing $name" ;;
    *[!a-z0-9-]*) echo "roles: $name is \"$value\"; want lower-case letters, digits and dashes" >&2; exit 2 ;;
  esac
done
case ${ACCOUNT:-} in
  *[!0-9]*) echo "roles: ACCOUNT is \"$ACCOUNT\"; want the number of the account, digits only" >&2; exit 2 ;;
esac
if [ -n "$missing" ]; then
  echo "roles: set$missing first, for example:" >&2
  echo "  make roles REGION=cn-hongkong ACCOUNT=1234567890123456 STATE_BUCKET=stopdesktops-1234567890123456" >&2
  exit 2
fi

here=$(dirname "$0")

# filled prints a document with the names in it.
filled() {
  sed -e "s/\${REGION}/$REGION/g" -e "s/\${ACCOUNT}/$ACCOUNT/g" -e "s/\${STATE_BUCKET}/$STATE_BUCKET/g" "$1"
}

# rights prints the command that makes a policy of a document of deploy/ram.
rights() { # the policy's name, the document
  if [ "$UPDATE" = yes ]; then
    printf "\naliyun ram CreatePolicyVersion --PolicyName %s --SetAsDefault true --RotateStrategy DeleteOldestNonDefaultVersionWhenLimitExceeded --PolicyDocument '%s'\n" "$1" "$(filled "$here/ram/$2.json")"
    return
  fi
  printf "\naliyun ram CreatePolicy --PolicyName %s --PolicyDocument '%s'\n" "$1" "$(filled "$here/ram/$2.json")"
}

# policy prints the commands that make a policy of deploy/ram and give it to a role.
policy() { # the role, the policy's name, the document
  rights "$2" "$3"
  [ "$UPDATE" = yes ] || echo "aliyun ram AttachPolicyToRole --PolicyType Custom --PolicyName $2 --RoleName $1"
}

role() { # the role, and its policy's document
  printf "\n# The role %s.\n" "$1"
  [ "$UPDATE" = yes ] || printf "aliyun ram CreateRole --RoleName %s --AssumeRolePolicyDocument '%s'\n" "$1" "$(cat "$here/ram/trust.json")"
  policy "$1" "$1" "$2"
}

# once prints the command that gives the bucket its rule against overwriting.
once() {
  if [ "$OVERWRITE_RULE" = no ]; then
    printf "\n# OVERWRITE_RULE=no: nothing here keeps whoever may write a record from replacing it.\n"
    printf "# Set the rule of deploy/overwrite.json on %s with an ossutil from 2.2.1 on, see docs/deploy.md.\n" "$STATE_BUCKET"
    return
  fi
  cat <<END

# Records are written once: nobody may replace what is under runs/, whatever right to
# write he has. This takes the place of any other rule against overwriting that the
# bucket has. An older CLI does not know it: update it, or print all this with
# OVERWRITE_RULE=no.
aliyun ossutil api put-bucket-overwrite-config --bucket $STATE_BUCKET --overwrite-configuration '$(cat "$here/overwrite.json")' --region $REGION
END
}

cat <<END
# A command that fails ends this: what comes after it would build on what is not
# there, or on what somebody else made under the same name. To go on later, leave
# out the lines that were carried out.
set -e
END

# The bucket comes first. Its name is taken in the whole world, so it may be
# somebody else's, and then no policy may name it.
if [ "$UPDATE" = no ]; then
  cat <<END

# The bucket of the runs' records: private, encrypted, versioning off as it is at
# first, records removed after 90 days.
aliyun oss mb oss://$STATE_BUCKET --acl private --region $REGION
aliyun oss bucket-encryption --method put oss://$STATE_BUCKET --sse-algorithm AES256 --region $REGION
cat > stopdesktops-lifecycle.xml <<'XML'
$(cat "$here/lifecycle.xml")
XML
aliyun oss lifecycle --method put oss://$STATE_BUCKET stopdesktops-lifecycle.xml --region $REGION
rm stopdesktops-lifecycle.xml
END
  once
fi

role stopdesktops stopdesktops
if [ "$KEEP" = yes ]; then
  policy stopdesktops stopdesktops-keep keep
fi
if [ "$SLACK" = yes ]; then
  role slackcmd slackcmd
fi
if [ "$DOOR" = yes ]; then
  role stopdesktops-door door
fi
if [ "$OPERATOR" = yes ]; then
  printf "\n# Attach this to whoever works at a terminal.\n"
  rights stopdesktops-operator operator
  if [ "$KEEP" = yes ]; then
    printf "\n# And this to those of them who keep desktops awake.\n"
    rights stopdesktops-operator-keep keep
  fi
fi

project=stopdesktops-$ACCOUNT-$REGION
if [ "$UPDATE" = yes ]; then
  once
  verb=update-index
else
  verb=create-index
  cat <<END

# Where s.yaml sends the logs.
aliyun sls create-project --region $REGION --project-name $project --description "stopdesktops"
aliyun sls create-log-store --region $REGION --project $project --logstore-name stopdesktops --ttl 90 --shard-count 1 --auto-split=false
END
fi

# indexed prints a part of the index, for a place between single quotes.
indexed() { sed -n "$1" "$here/logindex.json" | sed "s/'/'\\\\''/g"; }

cat <<END

# What of the logs can be queried: no query and no alarm finds anything without it.
aliyun sls $verb --region $REGION --project $project --logstore stopdesktops --line '$(indexed 's/^  "line": \(.*\),$/\1/p')' --keys '$(indexed '/^  "keys": {$/,/^  }$/{s/^  "keys": //;p;}')'
END
