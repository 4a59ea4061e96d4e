// Its `next.config.ts`: Next.js would send `POST /m8tes/runs/` on to where no slash is.

export default { skipTrailingSlashRedirect: true };
