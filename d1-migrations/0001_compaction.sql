CREATE TABLE `moved_run` (
	`project_id` text NOT NULL,
	`run_id` text NOT NULL,
	`agent` text NOT NULL,
	`version` text NOT NULL,
	PRIMARY KEY(`project_id`, `run_id`, `agent`)
);
--> statement-breakpoint
ALTER TABLE `project` ADD `compaction_due_ms` integer DEFAULT 0 NOT NULL;