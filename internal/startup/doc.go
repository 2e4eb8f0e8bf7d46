// Package startup makes of the deployment's configuration what the adapters are
// made with, and checks it on the way. The function stopdesktops does so when it
// starts, and an operator's terminal when it works or only checks a folder, so
// that both find the same mistakes. What the function slackcmd is made with is in
// the folder slackfront.
package startup
