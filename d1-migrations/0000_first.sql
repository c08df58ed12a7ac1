CREATE TABLE `agent` (
	`project_id` text NOT NULL,
	`name` text NOT NULL,
	`first_run_ms` integer NOT NULL,
	`last_run_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `name`)
);
--> statement-breakpoint
CREATE TABLE `api_key` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`hash` text NOT NULL,
	`name` text NOT NULL,
	`scopes` text NOT NULL,
	`kind` text NOT NULL,
	`owner` text,
	`created_ms` integer NOT NULL,
	`revoked_ms` integer,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_key_hash_unique` ON `api_key` (`hash`);--> statement-breakpoint
CREATE TABLE `audit` (
	`project_id` text NOT NULL,
	`seq` integer NOT NULL,
	`at_ms` integer NOT NULL,
	`actor_key` text,
	`actor_owner` text,
	`object` text NOT NULL,
	`record` text NOT NULL,
	PRIMARY KEY(`project_id`, `seq`)
);
--> statement-breakpoint
CREATE INDEX `audit_of_object` ON `audit` (`project_id`,`object`,`seq`);--> statement-breakpoint
CREATE TABLE `audit_pending` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`at_ms` integer NOT NULL,
	`draft` text NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE TABLE `change` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`agent` text NOT NULL,
	`kind` text NOT NULL,
	`at_ms` integer NOT NULL,
	`is_declared` integer NOT NULL,
	`record` text NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `change_newest` ON `change` (`project_id`,`at_ms`,`id`);--> statement-breakpoint
CREATE TABLE `dead_letter` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`door` text NOT NULL,
	`reason` text NOT NULL,
	`at_ms` integer NOT NULL,
	`key` text NOT NULL,
	`bytes` integer NOT NULL,
	`gone_ms` integer,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE TABLE `delivery` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`webhook_id` text NOT NULL,
	`event` text NOT NULL,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`last_error` text,
	`updated_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE TABLE `drift` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`agent` text NOT NULL,
	`dimension` text NOT NULL,
	`onset_ms` integer NOT NULL,
	`record` text NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `drift_newest` ON `drift` (`project_id`,`onset_ms`,`id`);--> statement-breakpoint
CREATE TABLE `erasure` (
	`project_id` text NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`at_ms` integer NOT NULL,
	`mark` text,
	`is_running` integer NOT NULL,
	`runs` integer NOT NULL,
	`actor` text NOT NULL,
	`user_id` text,
	PRIMARY KEY(`project_id`, `kind`, `key`)
);
--> statement-breakpoint
CREATE TABLE `incident` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`slug` text NOT NULL,
	`agent` text NOT NULL,
	`status` text NOT NULL,
	`severity` text NOT NULL,
	`opened_ms` integer NOT NULL,
	`merged_into` text,
	`record` text NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `incident_newest` ON `incident` (`project_id`,`opened_ms`,`id`);--> statement-breakpoint
CREATE TABLE `price` (
	`project_id` text NOT NULL,
	`model` text NOT NULL,
	`input` real,
	`output` real,
	`cache_read` real,
	`cache_write` real,
	PRIMARY KEY(`project_id`, `model`)
);
--> statement-breakpoint
CREATE TABLE `project` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`timezone` text NOT NULL,
	`settings` text NOT NULL,
	`created_ms` integer NOT NULL,
	`deleted_ms` integer,
	`retention_due_ms` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE `receipt` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`door` text NOT NULL,
	`accepted` integer NOT NULL,
	`rejected` integer NOT NULL,
	`refusals` text,
	`processed_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE TABLE `run` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`agent` text NOT NULL,
	`version` text NOT NULL,
	`status` text NOT NULL,
	`is_open` integer NOT NULL,
	`started_ms` integer NOT NULL,
	`session_id` text,
	`user_id` text,
	`model` text,
	`config_hash` text NOT NULL,
	`segment_key` text NOT NULL,
	`segment_offset` integer NOT NULL,
	`segment_length` integer NOT NULL,
	`summary` text,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `run_newest` ON `run` (`project_id`,`started_ms`,`id`);--> statement-breakpoint
CREATE INDEX `run_of_agent` ON `run` (`project_id`,`agent`,`started_ms`,`id`);--> statement-breakpoint
CREATE INDEX `run_of_session` ON `run` (`project_id`,`session_id`,`started_ms`,`id`);--> statement-breakpoint
CREATE INDEX `run_of_user` ON `run` (`project_id`,`user_id`,`started_ms`,`id`);--> statement-breakpoint
CREATE TABLE `run_alias` (
	`project_id` text NOT NULL,
	`alias` text NOT NULL,
	`run_id` text NOT NULL,
	PRIMARY KEY(`project_id`, `alias`)
);
--> statement-breakpoint
CREATE INDEX `run_alias_of_run` ON `run_alias` (`project_id`,`run_id`);--> statement-breakpoint
CREATE TABLE `run_text` (
	`project_id` text NOT NULL,
	`run_id` text NOT NULL,
	`text` text NOT NULL,
	PRIMARY KEY(`project_id`, `run_id`)
);
--> statement-breakpoint
CREATE TABLE `score` (
	`project_id` text NOT NULL,
	`run_id` text NOT NULL,
	`name` text NOT NULL,
	`source` text NOT NULL,
	`value` text NOT NULL,
	`comment` text,
	`version` text NOT NULL,
	PRIMARY KEY(`project_id`, `run_id`, `name`, `source`)
);
--> statement-breakpoint
CREATE INDEX `score_by_name` ON `score` (`project_id`,`name`);--> statement-breakpoint
CREATE TABLE `stale_line` (
	`project_id` text NOT NULL,
	`run_id` text NOT NULL,
	`segment_key` text NOT NULL,
	`segment_offset` integer NOT NULL,
	`segment_length` integer NOT NULL,
	PRIMARY KEY(`project_id`, `run_id`, `segment_key`, `segment_offset`)
);
--> statement-breakpoint
CREATE TABLE `tally` (
	`project_id` text PRIMARY KEY NOT NULL,
	`processed` integer DEFAULT 0 NOT NULL,
	`rejected` integer DEFAULT 0 NOT NULL,
	`stored` integer DEFAULT 0 NOT NULL,
	`dead` integer DEFAULT 0 NOT NULL,
	`discarded` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE `unfinished_segment` (
	`project_id` text NOT NULL,
	`stem` text NOT NULL,
	`tries` integer NOT NULL,
	`at_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `stem`)
);
--> statement-breakpoint
CREATE TABLE `webhook` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`url` text NOT NULL,
	`events` text NOT NULL,
	`secret` text NOT NULL,
	`created_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
