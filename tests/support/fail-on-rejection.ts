// Mocha re-emits unhandled rejections to nobody, so a failed Pulumi registration would pass unseen.
process.on("unhandledRejection", (reason) => {
  throw reason;
});
