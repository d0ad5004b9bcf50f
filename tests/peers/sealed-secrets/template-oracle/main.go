// Template-oracle renders templates as upstream's controller does: with Go's own
// text/template, and the functions of sprig but for the three that it takes away.
//
// Requests are lines of JSON on stdin, each answered by one line of JSON on stdout
// before the next is read:
//
//	{"template": TEXT, "data": {KEY: TEXT}, "data_base64": {KEY: BASE64}}
//	{"output": TEXT} or {"output_base64": BASE64} or {"error": TEXT}
//
// A template finds data and data_base64 (what is not UTF-8) as fields of its dot, and
// its own text as the field `out`. The end of stdin ends the program with code 0;
// a line that is no request is one line on stderr and code 1.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/template"
	"unicode/utf8"

	"github.com/Masterminds/sprig/v3"
)

type request struct {
	Template   string            `json:"template"`
	Data       map[string]string `json:"data"`
	DataBase64 map[string][]byte `json:"data_base64"`
}

type answer struct {
	Output       *string `json:"output,omitempty"`
	OutputBase64 []byte  `json:"output_base64,omitempty"`
	Error        *string `json:"error,omitempty"`
}

func main() {
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "template-oracle: %v\n", err)
		os.Exit(1)
	}
}

func serve(in io.Reader, out io.Writer) error {
	functions := sprig.GenericFuncMap()
	delete(functions, "env")
	delete(functions, "expandenv")
	delete(functions, "getHostByName")

	requests := bufio.NewReader(in)
	for {
		line, err := requests.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		var request request
		if err := json.Unmarshal(line, &request); err != nil {
			return err
		}
		text, err := json.Marshal(answerTo(request, functions))
		if err != nil {
			return err
		}
		if _, err := out.Write(append(text, '\n')); err != nil {
			return err
		}
	}
}

func answerTo(request request, functions template.FuncMap) answer {
	output, err := render(request, functions)
	if err != nil {
		text := err.Error()
		return answer{Error: &text}
	}
	if utf8.Valid(output) {
		text := string(output)
		return answer{Output: &text}
	}
	return answer{OutputBase64: output}
}

func render(request request, functions template.FuncMap) (output []byte, err error) {
	// The controller would fall over.
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	parsed, err := template.New("out").Funcs(functions).Parse(request.Template)
	if err != nil {
		return nil, err
	}
	data := map[string]string{"out": request.Template}
	for key, value := range request.Data {
		data[key] = value
	}
	for key, value := range request.DataBase64 {
		data[key] = string(value)
	}
	var buffer bytes.Buffer
	if err := parsed.Execute(&buffer, data); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}
