CREATE TABLE `artifact` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`agent` text NOT NULL,
	`slug` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`state` text NOT NULL,
	`promoted_version` integer,
	`record` text NOT NULL,
	`drafting` text,
	`draft_due_ms` integer,
	`created_ms` integer NOT NULL,
	`updated_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `artifact_of_agent` ON `artifact` (`project_id`,`agent`,`slug`);--> statement-breakpoint
CREATE INDEX `artifact_draft_due` ON `artifact` (`draft_due_ms`);--> statement-breakpoint
CREATE TABLE `artifact_version` (
	`project_id` text NOT NULL,
	`artifact_id` text NOT NULL,
	`version` integer NOT NULL,
	`content` text NOT NULL,
	`hash` text NOT NULL,
	`parent_version` integer,
	`provenance` text NOT NULL,
	`hypothesis` text,
	`applicability` text NOT NULL,
	`gate_id` text,
	`experiment_id` text,
	`created_ms` integer NOT NULL,
	`by` text NOT NULL,
	PRIMARY KEY(`project_id`, `artifact_id`, `version`)
);
--> statement-breakpoint
CREATE TABLE `book_entry` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`agent` text NOT NULL,
	`at_ms` integer NOT NULL,
	`kind` text NOT NULL,
	`slug` text NOT NULL,
	`superseded_by` text,
	`record` text NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `book_entry_newest` ON `book_entry` (`project_id`,`agent`,`at_ms`,`id`);--> statement-breakpoint
CREATE TABLE `optimisation` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`agent` text NOT NULL,
	`artifact_id` text NOT NULL,
	`version` integer NOT NULL,
	`expected` text,
	`measured` text,
	`state` text NOT NULL,
	`shipped_ms` integer NOT NULL,
	`ended_ms` integer,
	`due_ms` integer,
	`record` text NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `optimisation_newest` ON `optimisation` (`project_id`,`agent`,`shipped_ms`,`id`);--> statement-breakpoint
CREATE INDEX `optimisation_due` ON `optimisation` (`due_ms`);--> statement-breakpoint
CREATE TABLE `policy` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`agent` text NOT NULL,
	`record` text NOT NULL,
	`signed_by` text NOT NULL,
	`signed_ms` integer NOT NULL,
	`revoked_ms` integer,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `policy_of_agent` ON `policy` (`project_id`,`agent`,`signed_ms`);