CREATE TABLE `custom_dimension` (
	`project_id` text NOT NULL,
	`agent` text NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`expression` text NOT NULL,
	`created_ms` integer NOT NULL,
	PRIMARY KEY(`project_id`, `agent`, `name`)
);
