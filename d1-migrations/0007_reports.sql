CREATE TABLE `book_mark` (
	`project_id` text PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `recall` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`agent` text NOT NULL,
	`at_ms` integer NOT NULL,
	`given` text NOT NULL,
	`succeeded` integer DEFAULT 0 NOT NULL,
	`failed` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `recall_of_agent` ON `recall` (`project_id`,`agent`,`at_ms`);--> statement-breakpoint
CREATE TABLE `report` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`agent` text NOT NULL,
	`period` text NOT NULL,
	`day` text NOT NULL,
	`record` text NOT NULL,
	`made_ms` integer NOT NULL,
	`tell_ms` integer,
	`told_ms` integer,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `report_newest` ON `report` (`project_id`,`agent`,`day`,`id`);--> statement-breakpoint
CREATE INDEX `report_to_tell` ON `report` (`tell_ms`);--> statement-breakpoint
CREATE TABLE `report_due` (
	`project_id` text PRIMARY KEY NOT NULL,
	`due_ms` integer NOT NULL,
	`after` text NOT NULL
);
