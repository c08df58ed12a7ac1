CREATE TABLE `alert_due` (
	`project_id` text NOT NULL,
	`agent` text NOT NULL,
	`due_ms` integer,
	`marks` integer DEFAULT 0 NOT NULL,
	`evaluation` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`project_id`, `agent`)
);
--> statement-breakpoint
CREATE INDEX `alert_due_next` ON `alert_due` (`due_ms`);--> statement-breakpoint
CREATE TABLE `alert_rule` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`agent` text,
	`is_enabled` integer NOT NULL,
	`created_ms` integer NOT NULL,
	`record` text NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE TABLE `alert_state` (
	`project_id` text NOT NULL,
	`agent` text NOT NULL,
	`rule_id` text NOT NULL,
	`subject` text NOT NULL,
	`phase` text NOT NULL,
	`since_ms` integer NOT NULL,
	`record` text NOT NULL,
	PRIMARY KEY(`project_id`, `agent`, `rule_id`, `subject`)
);
--> statement-breakpoint
ALTER TABLE `delivery` ADD `created_ms` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `delivery` ADD `next_ms` integer;--> statement-breakpoint
ALTER TABLE `delivery` ADD `agent` text;--> statement-breakpoint
ALTER TABLE `delivery` ADD `rule_id` text;--> statement-breakpoint
ALTER TABLE `delivery` ADD `host` text;--> statement-breakpoint
ALTER TABLE `delivery` ADD `about` text;--> statement-breakpoint
CREATE INDEX `delivery_newest` ON `delivery` (`project_id`,`created_ms`,`id`);--> statement-breakpoint
ALTER TABLE `webhook` ADD `format` text DEFAULT 'standard' NOT NULL;