/** Your own work: everything below the prefix is there. What it throws is tried again. */
export async function useBatch({ bucket, prefix, fileCount, batchId }) {
  console.log(
    `building a package of s3://${bucket}/${prefix} (${fileCount} files, batch ${batchId})`,
  );
}
