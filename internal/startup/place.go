package startup

import (
	"errors"
	"slices"

	"stopdesktops/internal/callback"
	"stopdesktops/internal/config/senders"
	"stopdesktops/internal/webhook"
)

// placed is what is wrong with a secret, told where senders.yaml names it. The value
// itself may be anywhere, so people need the name that it goes by.
type placed struct{ at, detail string }

func (e *placed) Error() string  { return e.at + ": " + e.detail }
func (e *placed) Place() string  { return e.at }
func (e *placed) Detail() string { return e.detail }

func placeOf(nth int, of []senders.SecretAt, err error) error {
	if nth < 1 || nth > len(of) {
		return nil
	}
	at := of[nth-1]
	who := "the variable " + at.Name
	if at.Shared {
		who = "the secret " + at.Name + " of SENDER_SECRETS"
	}
	return &placed{at.Where, who + " " + err.Error()}
}

// secretsInPlace puts what is wrong with secrets of senders where they are named, and
// leaves everything else as it is.
func secretsInPlace(all []senders.Sender, err error) error {
	if err == nil {
		return nil
	}
	var faults []error
	for _, one := range each(err) {
		if e, ok := errors.AsType[*webhook.KeyError](one); ok {
			i := slices.IndexFunc(all, func(s senders.Sender) bool { return s.Name == e.Sender })
			if i >= 0 {
				if there := placeOf(e.Nth, all[i].SecretsAt, e.Err); there != nil {
					one = there
				}
			}
		}
		faults = append(faults, one)
	}
	return errors.Join(faults...)
}

// answerSecret is the same of a secret of the sender's callback, or nil where the
// error is of something else.
func answerSecret(s senders.Sender, err error) error {
	if e, ok := errors.AsType[*callback.SecretError](err); ok {
		return placeOf(e.Nth, s.Callback.SecretsAt, e.Err)
	}
	return nil
}
