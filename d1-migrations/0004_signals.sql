CREATE TABLE `backfill` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`agent` text NOT NULL,
	`target` text NOT NULL,
	`status` text NOT NULL,
	`plan` text NOT NULL,
	`cursor` text,
	`scanned` integer NOT NULL,
	`total` integer NOT NULL,
	`matched` integer NOT NULL,
	`errors` integer NOT NULL,
	`cost_usd` real NOT NULL,
	`report` text NOT NULL,
	`error` text,
	`created_ms` integer NOT NULL,
	`started_ms` integer,
	`updated_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `backfill_live` ON `backfill` (`status`,`updated_ms`);--> statement-breakpoint
CREATE TABLE `finding` (
	`project_id` text NOT NULL,
	`run_id` text NOT NULL,
	`id` text NOT NULL,
	`agent` text NOT NULL,
	`at_ms` integer NOT NULL,
	`weight` real NOT NULL,
	`class` text NOT NULL,
	`detector` text NOT NULL,
	`detector_version` text NOT NULL,
	`source` text NOT NULL,
	`polarity` text NOT NULL,
	`severity` text NOT NULL,
	`is_recovered` integer NOT NULL,
	`record` text NOT NULL,
	PRIMARY KEY(`project_id`, `run_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `finding_newest` ON `finding` (`project_id`,`agent`,`at_ms`,`id`);--> statement-breakpoint
CREATE INDEX `finding_of_class` ON `finding` (`project_id`,`class`,`at_ms`);--> statement-breakpoint
CREATE TABLE `finding_class` (
	`project_id` text NOT NULL,
	`key` text NOT NULL,
	`agent` text NOT NULL,
	`family` text NOT NULL,
	`tokens` text NOT NULL,
	`signal_id` text,
	PRIMARY KEY(`project_id`, `key`)
);
--> statement-breakpoint
CREATE INDEX `finding_class_of_agent` ON `finding_class` (`project_id`,`agent`);--> statement-breakpoint
CREATE TABLE `finding_label` (
	`project_id` text NOT NULL,
	`finding_id` text NOT NULL,
	`run_id` text NOT NULL,
	`is_correct` integer NOT NULL,
	`comment` text,
	`by` text NOT NULL,
	`at_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `finding_id`)
);
--> statement-breakpoint
CREATE INDEX `finding_label_of_run` ON `finding_label` (`project_id`,`run_id`);--> statement-breakpoint
CREATE TABLE `model_spend` (
	`project_id` text NOT NULL,
	`day` text NOT NULL,
	`usd` real NOT NULL,
	PRIMARY KEY(`project_id`, `day`)
);
--> statement-breakpoint
CREATE TABLE `reading` (
	`project_id` text NOT NULL,
	`run_id` text NOT NULL,
	`status` text NOT NULL,
	`findings` integer,
	`error` text,
	`content_hash` text,
	`epoch` text,
	`attempts` integer NOT NULL,
	`cost_usd` real NOT NULL,
	`updated_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `run_id`)
);
--> statement-breakpoint
CREATE INDEX `reading_waiting` ON `reading` (`status`,`updated_ms`);--> statement-breakpoint
CREATE TABLE `run_day` (
	`project_id` text NOT NULL,
	`agent` text NOT NULL,
	`day` integer NOT NULL,
	`runs` integer NOT NULL,
	`weight` real NOT NULL,
	`weight_squares` real NOT NULL,
	PRIMARY KEY(`project_id`, `agent`, `day`)
);
--> statement-breakpoint
CREATE TABLE `signal` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`agent` text NOT NULL,
	`slug` text NOT NULL,
	`family` text,
	`parent_id` text,
	`version` integer NOT NULL,
	`state` text NOT NULL,
	`polarity` text NOT NULL,
	`priority` real NOT NULL,
	`rate` real,
	`last_seen_ms` integer,
	`is_declared` integer NOT NULL,
	`rule` text,
	`said` text NOT NULL,
	`history` text NOT NULL,
	`record` text NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `signal_by_priority` ON `signal` (`project_id`,`priority`,`id`);--> statement-breakpoint
CREATE INDEX `signal_of_agent` ON `signal` (`project_id`,`agent`);--> statement-breakpoint
CREATE TABLE `signal_pin` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`agent` text NOT NULL,
	`a` text NOT NULL,
	`b` text NOT NULL,
	`kind` text NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `signal_pin_of_agent` ON `signal_pin` (`project_id`,`agent`);--> statement-breakpoint
CREATE TABLE `signal_upkeep` (
	`project_id` text NOT NULL,
	`agent` text NOT NULL,
	`dirty_ms` integer,
	`dirty_from_ms` integer,
	`changes` integer NOT NULL,
	`refreshed_ms` integer,
	PRIMARY KEY(`project_id`, `agent`)
);
--> statement-breakpoint
CREATE INDEX `signal_upkeep_due` ON `signal_upkeep` (`dirty_ms`);--> statement-breakpoint
ALTER TABLE `run` ADD `weight` real DEFAULT 1 NOT NULL;