// The package has no types of its own.
declare module "tdigest" {
  export class TDigest {
    push(value: number): void;
    compress(): void;
    percentile(q: number): number | undefined;
    size(): number;
  }
}
