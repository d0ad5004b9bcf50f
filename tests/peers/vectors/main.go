// Writes the vectors of crates/document: how sigs.k8s.io/yaml reads scalars, keys and documents, and how it and
// encoding/json write values. Usage: go run . ../../../crates/document/tests/vectors
package main

import (
	"bytes"
	"encoding/json"
	"log"
	"math/rand"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

// readCase is a YAML text and what Go makes of it.
type readCase struct {
	YAML string `json:"yaml"`
	// The value as JSON, absent when Go gives an error.
	JSON json.RawMessage `json:"json,omitempty"`
	// The text in a field of type string, absent when Go gives an error.
	Text *string `json:"text,omitempty"`
}

// writeCase is a value and the text that Go makes of it.
type writeCase struct {
	JSON json.RawMessage `json:"json"`
	Text string          `json:"text"`
}

func main() {
	log.SetFlags(0)
	random := rand.New(rand.NewSource(1))
	write("read-scalars.jsonl", readScalars())
	write("read-keys.jsonl", readKeys())
	write("read-documents.jsonl", readDocuments())
	write("write-yaml.jsonl", writeCases(values(random, texts(random)), yaml.Marshal, stable))
	write("write-json.jsonl", writeCases(values(random, plain), indented, func(any, []byte) bool { return true }))
}

func write[T any](name string, cases []T) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	for _, c := range cases {
		if err := encoder.Encode(c); err != nil {
			log.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(os.Args[1], name), out.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
	log.Printf("%s: %d", name, len(cases))
}

func readScalars() (cases []readCase) {
	for _, scalar := range scalars {
		text := "v: " + scalar + "\n"
		c := readDocument(text)
		var target struct{ V string }
		if err := yaml.Unmarshal([]byte(text), &target); err == nil {
			c.Text = &target.V
		}
		cases = append(cases, c)
	}
	return cases
}

func readKeys() (cases []readCase) {
	for _, scalar := range scalars {
		cases = append(cases, readDocument(scalar+": v\n"))
	}
	return cases
}

func readDocuments() (cases []readCase) {
	for _, text := range documents {
		cases = append(cases, readDocument(text))
	}
	return cases
}

func readDocument(text string) readCase {
	value, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		value = nil
	}
	return readCase{YAML: text, JSON: value}
}

func writeCases(values []any, marshal func(any) ([]byte, error), good func(any, []byte) bool) (cases []writeCase) {
	for _, value := range values {
		text, err := marshal(value)
		if err != nil || !good(value, text) {
			continue
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			log.Fatal(err)
		}
		cases = append(cases, writeCase{JSON: encoded, Text: string(text)})
	}
	return cases
}

// stable tells whether the text is one to follow. It is not if it does not read as the value again (U+0085 becomes a space), if it
// varies from run to run (the order of the keys 9a, 10 and 90 does), or if readers of YAML 1.2 read it differently (U+2028, U+2029).
func stable(value any, text []byte) bool {
	want, _ := json.Marshal(value)
	got, err := yaml.YAMLToJSON(text)
	if err != nil || !bytes.Equal(want, got) || bytes.ContainsAny(text, "\u2028\u2029") || bytes.Contains(text, []byte(`\L`)) || bytes.Contains(text, []byte(`\P`)) {
		return false
	}
	for range 20 {
		if again, err := yaml.Marshal(value); err != nil || !bytes.Equal(text, again) {
			return false
		}
	}
	return true
}

func indented(value any) ([]byte, error) {
	text, err := json.MarshalIndent(value, "", "  ")
	return append(text, '\n'), err
}

func values(random *rand.Rand, texts []string) (values []any) {
	for _, text := range texts {
		values = append(values, map[string]any{"k": text})
		if len(text) < 140 {
			values = append(values, map[string]any{text: "v"})
		}
	}
	for range 100 {
		values = append(values, tree(random, 4))
	}
	for range 60 {
		mapping := map[string]any{}
		for range 5 {
			// What counts as a digit beyond ASCII depends on the version of Unicode.
			mapping[strings.ReplaceAll(scalars[random.Intn(len(scalars))], "٣", "3")] = "v"
			mapping[pick(random, "aA1029-_./ é", 6)] = "v"
		}
		values = append(values, mapping)
	}
	return append(values, map[string]any{}, []any{}, "text", nil, true, 1, -1, 1.5, 1e21, 1e-7, 123456789.5)
}

func texts(random *rand.Rand) []string {
	all := append(append([]string{}, plain...), scalars...)
	for _, text := range plain {
		if len(text) < 12 {
			all = append(all, " "+text, text+" ", text+"\n", "\n"+text, text+"\nsecond line\n", "\t"+text)
		}
	}
	for range 200 {
		all = append(all, pick(random, "ab1 -:#,[]{}&*!|>'\"%@`?\n\t.~<=é☺\U0001F600", 12))
	}
	for range 20 {
		all = append(all, pick(random, "abcdefg  ", 250), pick(random, "abcdefg:\"  ", 250))
	}
	return all
}

func pick(random *rand.Rand, alphabet string, length int) string {
	var out strings.Builder
	runes := []rune(alphabet)
	for range random.Intn(length + 1) {
		out.WriteRune(runes[random.Intn(len(runes))])
	}
	return out.String()
}

func tree(random *rand.Rand, depth int) any {
	if depth == 0 || random.Intn(4) == 0 {
		return []any{plain[random.Intn(len(plain))], random.Intn(1000), true, nil, 0.25}[random.Intn(5)]
	}
	if random.Intn(2) == 0 {
		list := []any{}
		for range random.Intn(4) {
			list = append(list, tree(random, depth-1))
		}
		return list
	}
	mapping := map[string]any{}
	for range random.Intn(5) {
		mapping[pick(random, "abcXYZ019._-/", 9)] = tree(random, depth-1)
	}
	return mapping
}
