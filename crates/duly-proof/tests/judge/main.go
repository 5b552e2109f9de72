// An outside judge: Go's own transparency-log packages (golang.org/x/mod/sumdb/note and tlog) say
// what they think of checkpoints and proofs made by duly. One JSON request a line on standard
// input, one word a line on standard output: "accept" or "reject".
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type request struct {
	Kind  string // checkpoint, inclusion or consistency
	Key   string // checkpoint: the verifier key
	Note  string // checkpoint: the signed note
	Size  int64
	Root  tlog.Hash // inclusion, consistency: of the tree of Size
	Index int64     // inclusion
	Leaf  tlog.Hash // inclusion
	Old   int64     // consistency: size of the earlier tree
	Start tlog.Hash // consistency: root of the earlier tree
	Proof []tlog.Hash
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		var r request
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			fmt.Fprintln(os.Stderr, "not a request:", err)
			os.Exit(1)
		}
		if judge(r) == nil {
			fmt.Fprintln(out, "accept")
		} else {
			fmt.Fprintln(out, "reject")
		}
	}
}

func judge(r request) error {
	switch r.Kind {
	case "checkpoint":
		return checkpoint(r)
	case "inclusion":
		return tlog.CheckRecord(r.Proof, r.Size, r.Root, r.Index, r.Leaf)
	case "consistency":
		return tlog.CheckTree(r.Proof, r.Size, r.Root, r.Old, r.Start)
	}
	return fmt.Errorf("unknown kind %q", r.Kind)
}

// checkpoint opens the note, and wants to find the size and root that are asked for in it.
func checkpoint(r request) error {
	verifier, err := note.NewVerifier(r.Key)
	if err != nil {
		return err
	}
	opened, err := note.Open([]byte(r.Note), note.VerifierList(verifier))
	if err != nil {
		return err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return fmt.Errorf("not a checkpoint of %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size != r.Size {
		return fmt.Errorf("size is not %d", r.Size)
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil || root != r.Root {
		return fmt.Errorf("root is not %v", r.Root)
	}
	return nil
}
