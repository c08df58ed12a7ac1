// A sound request body with the door it goes to.

export interface Specimen {
  name: string;
  method: "POST" | "PATCH";
  path: string;
  contentType: string;
  body: Uint8Array;
  /** How it can be taken apart. */
  encoding: "json" | "ndjson" | "protobuf" | "multipart";
}

export function specimen(name: string, method: Specimen["method"], path: string, contentType: string, body: Uint8Array): Specimen {
  const encoding = contentType.startsWith("multipart/")
    ? "multipart"
    : contentType.includes("protobuf")
      ? "protobuf"
      : contentType.includes("ndjson")
        ? "ndjson"
        : "json";
  return { name, method, path, contentType, body, encoding };
}
