// Command stopdesktops is the operator's terminal: the same configuration,
// policy, records and core as the functions, and what a deployment needs before
// it exists.
//
//	stopdesktops stop --region cn-hangzhou ecd-7w78ozhjcwa3u
//	stopdesktops help
//
// Rules of what it says:
//
//   - Standard output holds the result of the command and nothing else, so that
//     it can be piped: with --output json one JSON document. Questions, progress
//     and complaints go to standard error.
//   - A complaint is one line behind "stopdesktops:", without a capital at its
//     beginning. What to do next follows on a line behind "stopdesktops: hint:".
//     What the core says to people is printed in its own words.
//   - Nothing is asked where nobody can answer: without a terminal on standard
//     input a stop needs --yes, and a plan that nobody has seen is never taken for
//     agreed to.
//   - A line is written over only on a terminal. What progress showed is gone
//     when the result comes.
//   - What comes from the cloud, from records or from files is printed without
//     control characters, because a desktop's name must not move the cursor. JSON,
//     also that of --log, has them as \u009b and the like.
//   - The exit code is the answer for a script; exit.go lists them, and they do
//     not change their meaning.
package main
