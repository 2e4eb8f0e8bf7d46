// Package journal is the memory of the product: write-once records of every
// run, in one private bucket of Alibaba Cloud OSS. It implements core.Journal.
//
//	runs/<run>/request       what was asked, by whom; writing it claims the delivery
//	runs/<run>/plan          every desktop with its decision
//	runs/<run>/confirm       what a person answered to the plan
//	runs/<run>/attempt-<n>   who works on the run, and until when
//	runs/<run>/part-<n>      what attempt n leaves to the next: the outcomes so far
//	runs/<run>/mark-<name>   that something was done
//	runs/<run>/report        the end
//	runs/<run>/halt          somebody pulled the brake on this run
//	freeze                   somebody pulled the brake on everything
//
// The freeze is the one object that is replaced and removed. Every other record
// is put with x-oss-forbid-overwrite, so of many writers one wins and the
// others read what he wrote. A deployment's bucket forbids replacing them to
// everybody besides, because the header is the writer's own; under high
// concurrency that rule may let several first writes through (OSS documentation,
// PutBucketOverwriteConfig), so the header stays. The OSS documentation does not say whether exactly
// simultaneous first writes of one key can both succeed, and an answer that got
// lost makes the SDK's own repeat fail with "exists". So every record carries a
// random nonce, and where winning matters it is read back: ours means won.
// Versioning must be off for the bucket, because the header has no effect with
// it.
//
// Reading order: journal.go, records.go, brake.go, once.go, kinds.go,
// envelope.go, pack.go, store.go, failure.go.
package journal
