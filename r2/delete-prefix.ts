// Deletes a whole folder of the archive. It may be called again after it broke off.

/** R2 lists and deletes a thousand objects at a time. */
export async function deletePrefix(bucket: R2Bucket, prefix: string): Promise<void> {
  for (;;) {
    const { objects } = await bucket.list({ prefix });
    if (objects.length === 0) return;
    await bucket.delete(objects.map(({ key }) => key));
  }
}
