// Counts what Cloudflare would bill, from inside: this module stands before a Worker's real bundle on the embedded engine. It changes
// the platform's own classes in this isolate, so the bundle runs as it is; no operation is done twice and none is left out. It knows
// nothing of prices. JavaScript, because it is given to workerd as text.
import { env } from "cloudflare:workers";

/** What is billed → by what it was done → how often. */
const counts = {};
/** Of a queue message, beside its body. */
const messageOverheadBytes = 100;
/** Larger messages are billed as several. */
const messageUnitBytes = 64_000;

/** The Worker's own handlers, each invocation counted; and the counts for whoever asks for `countsHost`. */
export function meteredHandlers(handlers, countsHost) {
  meterBindings();
  return {
    ...handlers,
    fetch(request, bindings, ctx) {
      const { hostname, pathname } = new URL(request.url);
      if (hostname === countsHost) return Response.json(counts);
      count("workerRequests", `${request.method} ${pathname}`, 1);
      return handlers.fetch(request, bindings, ctx);
    },
    queue(batch, bindings, ctx) {
      count("workerRequests", `queue ${batch.queue}`, 1);
      for (const { body, attempts } of batch.messages) {
        count("queueOperations", `${batch.queue} read`, unitsOf(body));
        // Read as often as it is tried, deleted once.
        if (attempts <= 1) count("queueOperations", `${batch.queue} delete`, unitsOf(body));
      }
      return handlers.queue(batch, bindings, ctx);
    },
    scheduled(controller, bindings, ctx) {
      count("workerRequests", "cron", 1);
      return handlers.scheduled(controller, bindings, ctx);
    },
  };
}

/** The object's class, with its rows, its alarms and the time they take counted. Calls are counted where they are made. */
export function meteredObject(Real) {
  const Metered = class extends Real {
    constructor(ctx, bindings) {
      meterStorage(ctx, Real.name);
      super(ctx, bindings);
    }
  };
  if (Real.prototype.alarm !== undefined) {
    Metered.prototype.alarm = function alarm(info) {
      return timed(`${Real.name} alarm`, () => Reflect.apply(Real.prototype.alarm, this, [info]));
    };
  }
  return Metered;
}

function count(meter, by, n) {
  counts[meter] ??= {};
  counts[meter][by] = (counts[meter][by] ?? 0) + n;
}

/** One request to an object, and how long the object was busy with it: billed by wall time. */
async function timed(by, call) {
  count("objectRequests", by, 1);
  const startedMs = Date.now();
  try {
    return await call();
  } finally {
    count("objectMs", by, Date.now() - startedMs);
  }
}

/** Bindings of one kind share a class, so each kind is changed once, by the first of it. */
function meterBindings() {
  for (const [name, binding] of Object.entries(env)) {
    const kind = binding?.constructor?.name;
    if (kind === "R2Bucket") once(binding, meterBucket);
    if (kind === "D1Database") once(binding, meterDatabase);
    if (kind === "DurableObjectNamespace") once(binding, meterNamespace);
    if (kind === "WorkerQueue") {
      queueNames.set(binding, name);
      once(binding, meterQueue);
    }
  }
}

const changed = new WeakSet();

function once(thing, change) {
  const prototype = Object.getPrototypeOf(thing);
  if (changed.has(prototype)) return;
  changed.add(prototype);
  change(prototype, thing);
}

/** Puts `around(real, this, arguments)` where `name` was. */
function replace(target, name, around) {
  const real = target[name];
  if (typeof real !== "function") throw new Error(`the platform has no ${name} any more: the bench would count too little`);
  Object.defineProperty(target, name, {
    configurable: true,
    writable: true,
    value(...given) {
      return around((...changedArguments) => Reflect.apply(real, this, changedArguments), given, this);
    },
  });
}

function meterBucket(bucket) {
  const meters = { put: "r2ClassA", list: "r2ClassA", createMultipartUpload: "r2ClassA", get: "r2ClassB", head: "r2ClassB" };
  for (const [method, meter] of Object.entries(meters)) {
    replace(bucket, method, (real, given) => {
      const key = typeof given[0] === "string" ? given[0] : (given[0]?.prefix ?? "");
      count(meter, `${method} ${key.split("/")[0]}/`, 1);
      return real(...given);
    });
  }
}

const queueNames = new WeakMap();

function meterQueue(prototype) {
  const countWrite = (queue, body) => count("queueOperations", `${queueNames.get(queue) ?? ""} write`.trim(), unitsOf(body));
  replace(prototype, "send", (real, given, queue) => {
    countWrite(queue, given[0]);
    return real(...given);
  });
  replace(prototype, "sendBatch", (real, [batch, ...rest], queue) => {
    const messages = [...batch];
    for (const { body } of messages) countWrite(queue, body);
    return real(messages, ...rest);
  });
}

const unitsOf = (body) => Math.ceil((JSON.stringify(body).length + messageOverheadBytes) / messageUnitBytes);

/** `raw` and `first` tell no counts, so they are made of `all`, which runs the statement once and does. */
function meterDatabase(database, db) {
  const statement = Object.getPrototypeOf(db.prepare("SELECT 1"));
  const all = statement.all;
  const counted = async (prepared) => {
    const result = await Reflect.apply(all, prepared, []);
    countRows(prepared.statement, result);
    return result;
  };
  replace(statement, "all", (_real, _given, prepared) => counted(prepared));
  replace(statement, "run", (_real, _given, prepared) => counted(prepared));
  replace(statement, "first", async (_real, [column], prepared) => {
    const [row] = (await counted(prepared)).results;
    if (row === undefined) return null;
    return column === undefined ? row : row[column];
  });
  replace(statement, "raw", async (_real, [options], prepared) => {
    // Two columns of one name would be one value here.
    if (options !== undefined || / join /i.test(prepared.statement)) throw new Error("the bench cannot count a raw join");
    return (await counted(prepared)).results.map((row) => Object.values(row));
  });
  replace(database, "batch", async (real, [statements]) => {
    const results = await real(statements);
    for (const [i, result] of results.entries()) countRows(statements[i].statement, result);
    return results;
  });
}

let indexBytes = 0;

function countRows(sql, { meta }) {
  count("d1RowsRead", verbOf(sql), meta.rows_read);
  count("d1RowsWritten", verbOf(sql), meta.rows_written);
  count("d1Bytes", "size", meta.size_after - indexBytes);
  indexBytes = meta.size_after;
}

const writing = /\b(INSERT)\s+(?:OR\s+\w+\s+)?INTO\s+"?(\w+)|\b(UPDATE)\s+"?(\w+)"?\s+SET|\b(DELETE)\s+FROM\s+"?(\w+)/i;
const reading = /\bFROM\s+"?(?!json_each)(\w+)/i;

/** "INSERT run": what a statement does and to which table. */
function verbOf(sql) {
  const written = writing.exec(sql);
  if (written !== null) return written.slice(1).filter(Boolean).join(" ");
  return /^\s*CREATE\b/i.test(sql) ? "CREATE" : `SELECT ${reading.exec(sql)?.[1] ?? ""}`.trim();
}

function meterNamespace(namespace) {
  for (const method of ["get", "getByName"]) {
    replace(namespace, method, (real, given) => {
      const stub = real(...given);
      return new Proxy(stub, {
        get(target, name) {
          const member = target[name];
          return typeof member === "function" && typeof name === "string" ? (...args) => timed(name, () => target[name](...args)) : member;
        },
      });
    });
  }
}

/** Class of the object that rows belong to. */
const owners = new WeakMap();

function meterStorage({ id, storage }, owner) {
  owners.set(storage.sql, owner);
  owners.set(storage, { id: id.toString(), name: owner });
  once(storage, (prototype) => {
    replace(prototype, "setAlarm", (real, given, own) => {
      count("objectRowsWritten", "setAlarm", 1);
      noteSize(own);
      return real(...given);
    });
  });
  once(storage.sql, (prototype) => {
    replace(prototype, "exec", (real, given, sql) => {
      const cursor = real(...given);
      once(cursor, meterCursor);
      cursors.set(cursor, { by: `${owners.get(sql) ?? ""} ${verbOf(given[0])}`.trim(), read: 0, written: 0 });
      countCursor(cursor);
      return cursor;
    });
  });
}

/** Id of an object → bytes of its database. An object ends its work by setting its alarm, so its size is looked at then. */
const objectSizes = new Map();

function noteSize(storage) {
  const owner = owners.get(storage);
  if (owner === undefined) return;
  const bytes = storage.sql.databaseSize;
  count("objectBytes", owner.name, bytes - (objectSizes.get(owner.id) ?? 0));
  objectSizes.set(owner.id, bytes);
}

/** What was counted of a cursor so far: its counts grow while it is read. */
const cursors = new WeakMap();

function meterCursor(prototype) {
  for (const method of ["next", "toArray", "one"]) {
    replace(prototype, method, (real, given, cursor) => {
      try {
        return real(...given);
      } finally {
        countCursor(cursor);
      }
    });
  }
}

function countCursor(cursor) {
  const known = cursors.get(cursor);
  if (known === undefined) return;
  const { rowsRead, rowsWritten } = cursor;
  count("objectRowsRead", known.by, rowsRead - known.read);
  count("objectRowsWritten", known.by, rowsWritten - known.written);
  known.read = rowsRead;
  known.written = rowsWritten;
}
