CREATE TABLE `evaluation` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`agent` text NOT NULL,
	`suite_id` text,
	`suite_version` integer,
	`status` text NOT NULL,
	`plan` text NOT NULL,
	`total` integer NOT NULL,
	`cost_usd` real NOT NULL,
	`error` text,
	`created_ms` integer NOT NULL,
	`updated_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `evaluation_newest` ON `evaluation` (`project_id`,`agent`,`created_ms`,`id`);--> statement-breakpoint
CREATE INDEX `evaluation_live` ON `evaluation` (`status`,`updated_ms`);--> statement-breakpoint
CREATE TABLE `evaluation_item` (
	`project_id` text NOT NULL,
	`evaluation_id` text NOT NULL,
	`n` integer NOT NULL,
	`evaluator` text NOT NULL,
	`run_id` text,
	`case_id` text,
	`status` text NOT NULL,
	`score` real,
	`reason` text,
	`attempts` integer NOT NULL,
	`cost_usd` real NOT NULL,
	`updated_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `evaluation_id`, `n`, `evaluator`)
);
--> statement-breakpoint
CREATE TABLE `evaluation_schedule` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`agent` text NOT NULL,
	`record` text NOT NULL,
	`due_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `evaluation_schedule_due` ON `evaluation_schedule` (`due_ms`);--> statement-breakpoint
CREATE TABLE `evaluator` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`agent` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`epoch` text NOT NULL,
	`definition` text NOT NULL,
	`created_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `evaluator_by_name` ON `evaluator` (`project_id`,`agent`,`name`);--> statement-breakpoint
CREATE TABLE `ever_passed` (
	`project_id` text NOT NULL,
	`suite_id` text NOT NULL,
	`case_id` text NOT NULL,
	`evaluator` text NOT NULL,
	`first_ms` integer NOT NULL,
	`last_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `suite_id`, `case_id`, `evaluator`)
);
--> statement-breakpoint
CREATE TABLE `experiment` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`agent` text NOT NULL,
	`status` text NOT NULL,
	`plan` text NOT NULL,
	`reading` text NOT NULL,
	`salt` text NOT NULL,
	`total` integer NOT NULL,
	`cost_usd` real NOT NULL,
	`error` text,
	`created_ms` integer NOT NULL,
	`started_ms` integer,
	`ended_ms` integer,
	`updated_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `experiment_newest` ON `experiment` (`project_id`,`agent`,`created_ms`,`id`);--> statement-breakpoint
CREATE INDEX `experiment_live` ON `experiment` (`status`,`updated_ms`);--> statement-breakpoint
CREATE TABLE `experiment_outcome` (
	`project_id` text NOT NULL,
	`experiment_id` text NOT NULL,
	`unit` text NOT NULL,
	`metric` text NOT NULL,
	`run_id` text NOT NULL,
	`arm` text NOT NULL,
	`value` real NOT NULL,
	`cohort` text NOT NULL,
	`at_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `experiment_id`, `unit`, `metric`, `run_id`)
);
--> statement-breakpoint
CREATE INDEX `experiment_outcome_order` ON `experiment_outcome` (`project_id`,`experiment_id`,`metric`,`at_ms`);--> statement-breakpoint
CREATE INDEX `experiment_outcome_of_run` ON `experiment_outcome` (`project_id`,`run_id`);--> statement-breakpoint
CREATE TABLE `exposure` (
	`project_id` text NOT NULL,
	`experiment_id` text NOT NULL,
	`unit` text NOT NULL,
	`arm` text NOT NULL,
	`at_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `experiment_id`, `unit`, `arm`)
);
--> statement-breakpoint
CREATE TABLE `gate` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`agent` text NOT NULL,
	`suite_id` text,
	`verdict` text NOT NULL,
	`expires_ms` integer NOT NULL,
	`waiver` text,
	`record` text NOT NULL,
	`created_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `gate_newest` ON `gate` (`project_id`,`agent`,`created_ms`,`id`);--> statement-breakpoint
CREATE TABLE `replay_item` (
	`project_id` text NOT NULL,
	`experiment_id` text NOT NULL,
	`run_id` text NOT NULL,
	`nth` integer NOT NULL,
	`status` text NOT NULL,
	`outcome` text,
	`token_hash` text,
	`served` text,
	`attempts` integer NOT NULL,
	`cost_usd` real NOT NULL,
	`updated_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `experiment_id`, `run_id`, `nth`)
);
--> statement-breakpoint
CREATE INDEX `replay_item_by_token` ON `replay_item` (`token_hash`);--> statement-breakpoint
CREATE INDEX `replay_item_of_run` ON `replay_item` (`project_id`,`run_id`);--> statement-breakpoint
CREATE TABLE `suite` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`agent` text NOT NULL,
	`name` text NOT NULL,
	`version` integer NOT NULL,
	`settings` text NOT NULL,
	`created_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `suite_of_agent` ON `suite` (`project_id`,`agent`,`id`);--> statement-breakpoint
CREATE TABLE `suite_case` (
	`project_id` text NOT NULL,
	`suite_id` text NOT NULL,
	`id` text NOT NULL,
	`run_id` text,
	`input` text NOT NULL,
	`expected` text,
	`origin` text NOT NULL,
	`signal_id` text,
	`is_holdout` integer NOT NULL,
	`fingerprint` text NOT NULL,
	`since_version` integer NOT NULL,
	`until_version` integer,
	`created_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `suite_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `suite_case_of_run` ON `suite_case` (`project_id`,`run_id`);