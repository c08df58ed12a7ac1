// The OTLP messages that Bento reads and writes, as descriptors for the protobuf library, built at run time (no code generation,
// no eval). Field numbers are those of opentelemetry-proto. Three things are declared as `bytes` although the specification has
// messages or strings there, which is the same on the wire: spans and log records, so that a broken one can be refused alone;
// nested values, so that depth is our decision and not the decoder's recursion; and text, so that bytes that are not UTF-8
// cost a character and not the whole body.
import { create, createFileRegistry, type DescMessage } from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  OneofDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";

type Kind = "bytes" | "string" | "int32" | "uint32" | "int64" | "fixed64" | "fixed32" | "double" | "bool" | (string & {});
type Field = readonly [number: number, name: string, kind: Kind, label?: "repeated" | "oneof"];

const messages: Readonly<Record<string, readonly Field[]>> = {
  TracesRequest: [[1, "resource_spans", "ResourceSpans", "repeated"]],
  ResourceSpans: [
    [1, "resource", "Resource"],
    [2, "scope_spans", "ScopeSpans", "repeated"],
  ],
  ScopeSpans: [
    [1, "scope", "Scope"],
    [2, "spans", "bytes", "repeated"],
  ],
  LogsRequest: [[1, "resource_logs", "ResourceLogs", "repeated"]],
  ResourceLogs: [
    [1, "resource", "Resource"],
    [2, "scope_logs", "ScopeLogs", "repeated"],
  ],
  ScopeLogs: [
    [1, "scope", "Scope"],
    [2, "log_records", "bytes", "repeated"],
  ],
  Resource: [[1, "attributes", "KeyValue", "repeated"]],
  Scope: [
    [1, "name", "bytes"],
    [2, "version", "bytes"],
    [3, "attributes", "KeyValue", "repeated"],
  ],
  Span: [
    [1, "trace_id", "bytes"],
    [2, "span_id", "bytes"],
    [4, "parent_span_id", "bytes"],
    [5, "name", "bytes"],
    [6, "kind", "int32"],
    [7, "start_time_unix_nano", "fixed64"],
    [8, "end_time_unix_nano", "fixed64"],
    [9, "attributes", "KeyValue", "repeated"],
    [11, "events", "Event", "repeated"],
    [13, "links", "Link", "repeated"],
    [15, "status", "SpanStatus"],
  ],
  Event: [
    [1, "time_unix_nano", "fixed64"],
    [2, "name", "bytes"],
    [3, "attributes", "KeyValue", "repeated"],
  ],
  Link: [
    [1, "trace_id", "bytes"],
    [2, "span_id", "bytes"],
  ],
  SpanStatus: [
    [2, "message", "bytes"],
    [3, "code", "int32"],
  ],
  LogRecord: [
    [1, "time_unix_nano", "fixed64"],
    [5, "body", "bytes"],
    [6, "attributes", "KeyValue", "repeated"],
    [9, "trace_id", "bytes"],
    [10, "span_id", "bytes"],
    [11, "observed_time_unix_nano", "fixed64"],
    [12, "event_name", "bytes"],
  ],
  KeyValue: [
    [1, "key", "bytes"],
    [2, "value", "bytes"],
  ],
  KeyValueList: [[1, "values", "KeyValue", "repeated"]],
  ArrayValue: [[1, "values", "bytes", "repeated"]],
  AnyValue: [
    [1, "string_value", "bytes", "oneof"],
    [2, "bool_value", "bool", "oneof"],
    [3, "int_value", "int64", "oneof"],
    [4, "double_value", "double", "oneof"],
    [5, "array_value", "bytes", "oneof"],
    [6, "kvlist_value", "bytes", "oneof"],
    [7, "bytes_value", "bytes", "oneof"],
  ],
  Response: [[1, "partial_success", "PartialSuccess"]],
  PartialSuccess: [
    [1, "rejected", "int64"],
    [2, "error_message", "string"],
  ],
  RpcStatus: [
    [1, "code", "int32"],
    [2, "message", "string"],
  ],
};

const scalars: ReadonlyMap<string, Type> = new Map([
  ["bytes", Type.BYTES],
  ["string", Type.STRING],
  ["int32", Type.INT32],
  ["uint32", Type.UINT32],
  ["int64", Type.INT64],
  ["fixed64", Type.FIXED64],
  ["fixed32", Type.FIXED32],
  ["double", Type.DOUBLE],
  ["bool", Type.BOOL],
]);

const registry = createFileRegistry(
  create(FileDescriptorSetSchema, {
    file: [
      create(FileDescriptorProtoSchema, {
        name: "otlp.proto",
        package: "otlp",
        syntax: "proto3",
        messageType: Object.entries(messages).map(([name, fields]) =>
          create(DescriptorProtoSchema, {
            name,
            field: fields.map(fieldOf),
            oneofDecl: fields.some(([, , , label]) => label === "oneof") ? [create(OneofDescriptorProtoSchema, { name: "value" })] : [],
          }),
        ),
      }),
    ],
  }),
);

function fieldOf([number, name, kind, label]: Field) {
  const scalar = scalars.get(kind);
  return create(FieldDescriptorProtoSchema, {
    number,
    name,
    label: label === "repeated" ? Label.REPEATED : Label.OPTIONAL,
    ...(scalar === undefined ? { type: Type.MESSAGE, typeName: `.otlp.${kind}` } : { type: scalar }),
    ...(label === "oneof" ? { oneofIndex: 0 } : {}),
  });
}

/** The descriptor of one of the messages above. */
export function otlpMessage(name: string): DescMessage {
  const message = registry.getMessage(`otlp.${name}`);
  if (message === undefined) throw new Error(`no OTLP message ${name}`);
  return message;
}
