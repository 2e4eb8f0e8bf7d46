// Package slackbot is what the product knows of Slack, in the packages below it.
// None of them decides anything about desktops or calls a cloud. Whoever faces
// Slack links them, so they import the core's words and no adapter.
//
// A request of Slack's passes through them in this order:
//
//	inbound    proves that it came from Slack, and reads its form
//	identity   who it is of, and whether his installation is served
//	command    what he typed
//	button     what the button carries that he pressed
//	message    what he is answered, and what a channel is told
//	mrkdwn     the markup of it, in which outside text does no harm
//	post       brings it to Slack
//
// Arrows run one way. identity imports none of the others, and each of them may
// import it. Beside it command imports mrkdwn; inbound imports button; message
// imports command, button and mrkdwn; and post imports message.
//
// Reading order: identity, inbound, command, button, message, post; mrkdwn where you
// meet it.
package slackbot
